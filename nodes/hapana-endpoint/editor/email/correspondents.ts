/** Who writes to whom. */
export interface Correspondents {
  /** The address of the contact at Hapana's support. */
  to: string;
  /** The studio, as Hapana knows it. */
  studio: string;
  /** The name under the email. */
  name: string;
}

const setting = "hapana-email";

/** @returns whom this browser's user has written to before, and as whom */
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

/** Keeps them in this browser, for the next email: the same people write it, and to the same contact. */
export function remember(correspondents: Correspondents): void {
  RED.settings.setLocal(setting, JSON.stringify(correspondents));
}
