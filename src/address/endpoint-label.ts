/**
 * What an endpoint is called wherever people read of it: in the editor, in a status, in the log, in a message.
 * @param endpoint its name, which may be empty, and its path
 */
export function endpointLabel({ name, path }: Readonly<{ name: string; path: string }>): string {
  return name || `Hapana ${path}`;
}
