import type { NodeAPI } from "node-red";
import { demandJson } from "../runtime/admin/demand-json";
import { isEndpoint } from "./saved-nodes";

/** A secret's names among an endpoint's credentials. */
interface RotatedSecret {
  readonly current: string;
  readonly previous: string;
  /** Becomes the previous one, once the next one is deployed. */
  readonly kept: string;
  /** The next one: without it, a kept secret has no effect. */
  readonly next: string;
}

const rotatedSecrets: readonly RotatedSecret[] = [
  { current: "headerValue", previous: "previousHeaderValue", kept: "keptHeaderValue", next: "nextHeaderValue" },
  { current: "signingSecret", previous: "previousSigningSecret", kept: "keptSigningSecret", next: "nextSigningSecret" },
];

type Credentials = Readonly<Record<string, unknown>>;

/**
 * Lets the editor rotate a stored secret. Node-RED never sends a stored secret to the editor, so the editor cannot move it to
 * its new place: it asks for it to be kept here, and deploys the next one. Until then nothing changes: if the rotation is
 * undone, or never deployed, no secret that Hapana uses is lost. No secret leaves Node-RED.
 * @param RED Node-RED's API
 */
export function serveRotation(RED: NodeAPI): void {
  const mayDeploy = RED.auth.needsPermission("flows.write");
  const route = "/hapana-endpoint/:id/keep/:secret";

  RED.httpAdmin.post(route, mayDeploy, demandJson, (request, response) => {
    const found = findSecret(RED, request.params);
    const { next } = (request.body ?? {}) as { next?: unknown };
    if (!found) response.sendStatus(404);
    else if (typeof next !== "string" || next === "" || next === found.value) response.sendStatus(400);
    else {
      const { secret, credentials, value } = found;
      store(RED, request.params.id, { ...credentials, [secret.kept]: value, [secret.next]: next });
      response.sendStatus(204);
    }
  });

  RED.httpAdmin.delete(route, mayDeploy, (request, response) => {
    const found = findSecret(RED, request.params);
    if (found) store(RED, request.params.id, without(found.credentials, [found.secret.kept, found.secret.next]));
    response.sendStatus(found ? 204 : 404);
  });
}

/**
 * Moves the kept secrets to their place, if the next ones have been deployed. Node-RED saves that only with the
 * next deploy; until then, the same is done at every start.
 * @param RED Node-RED's API
 * @param id the endpoint
 */
export function completeRotations(RED: NodeAPI, id: string): void {
  const stored = RED.nodes.getCredentials(id) as Credentials | undefined;
  if (!stored) return;
  const completed = rotatedSecrets.reduce(complete, stored);
  if (completed !== stored) store(RED, id, completed);
}

function complete(credentials: Credentials, { current, previous, kept, next }: RotatedSecret): Credentials {
  if (!credentials[kept] || credentials[current] === credentials[kept]) return credentials;
  const isDeployed = credentials[current] === credentials[next];
  return { ...without(credentials, [kept, next]), ...(isDeployed && { [previous]: credentials[kept] }) };
}

function findSecret(RED: NodeAPI, params: Readonly<Record<string, string | undefined>>) {
  const { id = "", secret: name } = params;
  const secret = rotatedSecrets.find(({ current }) => current === name);
  const credentials = RED.nodes.getCredentials(id) as Credentials | undefined;
  const value = secret && credentials?.[secret.current];
  return secret && credentials && value && isEndpoint(RED, id) ? { secret, credentials, value } : undefined;
}

function without(credentials: Credentials, names: readonly string[]): Credentials {
  return Object.fromEntries(Object.entries(credentials).filter(([name]) => !names.includes(name)));
}

function store(RED: NodeAPI, id: string | undefined, credentials: Credentials): void {
  if (id !== undefined) RED.nodes.addCredentials(id, { ...credentials });
}
