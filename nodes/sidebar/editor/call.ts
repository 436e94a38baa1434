import { say } from "./words";

/** Why Node-RED did not do what was asked, in a sentence. */
export class Refused extends Error {
  /** The status of the answer; 0 where there was none. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What goes with a call. */
export interface CallOptions {
  /** Sent as JSON. */
  readonly data?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** As what the answer is read. */
  readonly dataType?: "json" | "text";
}

/**
 * Calls Node-RED's admin API.
 * @param url relative to the editor's own
 * @throws Refused
 */
export function call<Answer>(
  method: "GET" | "POST",
  url: string,
  { data, headers = {}, dataType = "json" }: CallOptions = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    $.ajax({
      ...{ method, url, headers, dataType },
      ...(data && { data: JSON.stringify(data), contentType: "application/json" }),
      success: (answer: Answer) => resolve(answer),
      error: ({ status, responseJSON, responseText }) =>
        reject(new Refused(status, messageOf(responseJSON) ?? messageOf(parsed(responseText)) ?? wordsOf(status))),
    });
  });
}

/** Puts what is looked for into a header: it may be a name, and those stand in no URL. */
export function inHeader(name: string, text: string | undefined): Record<string, string> {
  return text === undefined ? {} : { [name]: encodeURIComponent(text) };
}

function wordsOf(status: number): string {
  return say(status === 413 ? "tooLarge" : "noAnswer");
}

function messageOf(answer: unknown): string | undefined {
  const message = (answer as { message?: unknown } | undefined)?.message;
  return typeof message === "string" ? message : undefined;
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
