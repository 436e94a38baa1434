/** A certificate that is signed by nobody, for `elsewhere.example`, valid until 2126, with its key: not every machine has the means to make one. */
export const selfSigned = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg4rdBM2wuVG5QmrWk
hGnlSPJrnKaG37sjyMQevedR3uuhRANCAARCUMN7O5zaM7/9H8OfxS+DfGFXvi3x
09gTZ31G87KNSqSLcIe+9pBRjhbJBaaVctzSxaeRcHV6U1kq/KCKk7GH
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBjzCCATWgAwIBAgIUGU5uy5idH41kWwhnj1KxD1coorUwCgYIKoZIzj0EAwIw
HDEaMBgGA1UEAwwRZWxzZXdoZXJlLmV4YW1wbGUwIBcNMjYxMTI2MTgxMTAyWhgP
MjEyNjExMDIxODExMDJaMBwxGjAYBgNVBAMMEWVsc2V3aGVyZS5leGFtcGxlMFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEQlDDezuc2jO//R/Dn8Uvg3xhV74t8dPY
E2d9RvOyjUqki3CHvvaQUY4WyQWmlXLc0sWnkXB1elNZKvygipOxh6NTMFEwHQYD
VR0OBBYEFCtmHMQUZvTwrK83CTS4irAtHxwyMB8GA1UdIwQYMBaAFCtmHMQUZvTw
rK83CTS4irAtHxwyMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIh
AIFjJA6POjeifHGlyLhelM/m0zL2QT2iROM+1gr9RSUWAiAdehevbVW+SHnivV1i
/D6eTfelBp5WZYifKj5d3YCR/Q==
-----END CERTIFICATE-----
`,
};
