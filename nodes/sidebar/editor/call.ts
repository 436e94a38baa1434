import { say } from "./words";

/** Why Node-RED refused, as a sentence. */
export class Refused extends Error {
  /** The status of the answer; 0 if there was none. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The options of a call. */
export interface CallOptions {
  /** Sent as JSON. */
  readonly data?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** The type of the answer. */
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

/** Puts the search into a header: it may be a name, and those must not appear in URLs. */
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
