// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Node-RED writes a variable
import assert from "node:assert/strict";
import { type BaseUrlProblem, baseUrlProblem } from "../../../src/address/base-url-problem";

const examples: Readonly<Record<BaseUrlProblem | "fine", readonly string[]>> = {
  fine: [
    "https://studio.example.com",
    " https://studio.example.com:8443/proxy/ ",
    "https://203.0.113.7",
    "https://172.15.0.1",
    "https://172.32.0.1",
    "https://100.63.0.1",
    "https://[2001:db8::1]",
    "https://10.example.com",
    "https://fd.example.com",
    // Whatever these hold, they may be right.
    "https://${HOST}",
    "https://$(STUDIO).example.com:${PORT}/proxy",
    "${PUBLIC_URL}",
    "${SCHEME}://${HOST}",
  ],
  insecure: ["http://studio.example.com", "http://203.0.113.7:1880", "http://${HOST}"],
  loopback: [
    "http://localhost:1880",
    "https://localhost",
    "https://node-red.localhost",
    "http://127.0.0.1:1880",
    "http://127.8.9.10",
    "http://0.0.0.0:1880",
    "http://[::1]:1880",
    "http://[::ffff:127.0.0.1]",
    "http://LOCALHOST.",
    "http://2130706433",
    "http://localhost:${PORT}",
  ],
  private: [
    "https://10.0.0.5",
    "http://192.168.1.20:1880",
    "https://172.16.0.1",
    "https://172.31.255.255",
    "https://169.254.1.1",
    "https://100.64.0.1",
    "https://100.127.0.1",
    "https://[fd12:3456::1]",
    "https://[fe80::1]",
    "http://raspberrypi.local:1880",
    "https://nas.lan",
    "https://front-desk",
    "https://server.internal",
  ],
  malformed: [
    "",
    "studio.example.com",
    "ftp://studio.example.com",
    "https://",
    "https://studio.example.com/?a=b",
    "https://studio.example.com/#top",
    "https://me:pass@studio.example.com",
    "https://:pass@studio.example.com",
    "javascript:alert(1)",
    "ftp://${HOST}",
    "https://${MY HOST}/?a",
    "https://my ${HOST}",
  ],
};

describe("what is wrong with a base URL", () => {
  for (const [problem, urls] of Object.entries(examples)) {
    for (const url of urls) {
      it(`${problem}: "${url}"`, () => {
        assert.equal(baseUrlProblem(url) ?? "fine", problem);
      });
    }
  }
});
