/** The sender and the recipient. */
export interface Correspondents {
  /** The address of the contact at Hapana's support. */
  to: string;
  /** The studio's name at Hapana. */
  studio: string;
  /** The name at the end of the email. */
  name: string;
}

const setting = "hapana-email";

/** @returns the last sender and recipient in this browser */
export function remembered(): Partial<Correspondents> {
  try {
    const { to, studio, name } = JSON.parse(RED.settings.getLocal(setting) ?? "{}") as Readonly<
      Record<string, unknown>
    >;
    return Object.fromEntries(Object.entries({ to, studio, name }).filter(([, value]) => typeof value === "string"));
  } catch {
    return {};
  }
}

/** Keeps them in this browser, for the next email: sender and recipient rarely change. */
export function remember(correspondents: Correspondents): void {
  RED.settings.setLocal(setting, JSON.stringify(correspondents));
}
