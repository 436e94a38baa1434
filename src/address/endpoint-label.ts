/**
 * The name of an endpoint wherever people see it: in the editor, in a status, in the log, in a message. It is one line, so that it
 * cannot imitate lines of the log.
 * @param endpoint its name, which may be empty, and its path
 */
export function endpointLabel({ name, path }: Readonly<{ name: string; path: string }>): string {
  return oneLine(name) || `Hapana ${oneLine(path)}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
