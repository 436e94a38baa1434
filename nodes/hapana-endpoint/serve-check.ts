import type { NodeAPI } from "node-red";
import { demandJson } from "../runtime/admin/demand-json";

/**
 * Lets the editor run a check from Node-RED's machine. Only users who can deploy get an answer, since a flow could reach
 * the same hosts; and one at a time, so that it cannot be used to scan a network.
 * @param RED Node-RED's API
 * @param name what follows the endpoint's id in the URL
 * @param fields the question's fields, all optional text
 * @param answer returns the report, which is sent as JSON
 */
export function serveCheck<Field extends string>(
  RED: NodeAPI,
  name: string,
  fields: readonly Field[],
  answer: (id: string, question: Partial<Record<Field, string>>) => Promise<unknown>,
): void {
  const mayDeploy = RED.auth.needsPermission("flows.write");
  let isUnderWay = false;
  RED.httpAdmin.post(`/hapana-endpoint/:id/${name}`, mayDeploy, demandJson, (request, response) => {
    const question = textsIn(request.body, fields);
    if (!question) response.sendStatus(400);
    else if (isUnderWay) response.sendStatus(429);
    else {
      isUnderWay = true;
      answer(String(request.params.id), question)
        .then(
          (report) => response.set("cache-control", "no-store").json(report),
          () => response.sendStatus(500),
        )
        .finally(() => {
          isUnderWay = false;
        });
    }
  });
}

/** @returns `undefined` if a field is not text */
function textsIn<Field extends string>(
  body: unknown,
  fields: readonly Field[],
): Partial<Record<Field, string>> | undefined {
  const given = fields
    .map((field) => [field, (body as Record<string, unknown> | undefined)?.[field]] as const)
    .filter(([, value]) => value !== undefined);
  return given.every(([, value]) => typeof value === "string")
    ? (Object.fromEntries(given) as Partial<Record<Field, string>>)
    : undefined;
}
