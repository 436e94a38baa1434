import words from "../nodes/hapana-endpoint/locales/en-US/hapana-endpoint.json";
import type { respondAccepted } from "../src/engine/respond";
import { type Problem, problems } from "../src/receiver/problems";

const { refusal } = words["hapana-endpoint"];

const accepted: Readonly<Record<Parameters<typeof respondAccepted>[1], string>> = {
  accepted: "the event is stored: on disk, unless the endpoint keeps events in memory",
  duplicate: "it was known already, and is not sent into the flow again",
};

/** What an endpoint answers, and when: one row for each answer that a sender can tell from others. */
export function answerTable(): string {
  const done = Object.entries(accepted).map(([answer, when]) => `| 200 | \`${answer}\` | ${when} | done |`);
  const refused = alike().map(
    (group) => `| ${headOf(group[0])} | ${group.map(({ when }) => when).join("; ")} | ${reactionTo(group[0])} |`,
  );
  return [
    "| HTTP | `status` | When | What Hapana's portal does with it |",
    "|---|---|---|---|",
    ...done,
    ...refused,
  ].join("\n");
}

/** What is said of each problem: to the operator, and to the sender. */
export function refusalTable(): string {
  const rows = Object.values(problems).map(
    ({ code, status, answer, message }) => `| \`${code}\` | ${refusal[code]} | ${status} \`${answer}\`: ${message} |`,
  );
  return ["| Problem | The log says (the status: up to the colon) | The sender gets |", "|---|---|---|", ...rows].join(
    "\n",
  );
}

type Group = [Problem, ...Problem[]];

/** The problems that a sender cannot distinguish by status and headers, by status. */
function alike(): Group[] {
  const groups = new Map<string, Group>();
  for (const problem of Object.values(problems)) {
    const group = groups.get(headOf(problem));
    if (group) group.push(problem);
    else groups.set(headOf(problem), [problem]);
  }
  return [...groups.values()].sort(([one], [other]) => one.status - other.status);
}

function headOf({ status, answer, headers = {} }: Problem): string {
  const shown = Object.entries(headers).map(([name, value]) => `\`${name}: ${value}\``);
  return `${[status, ...shown].join(", ")} | \`${answer}\``;
}

/** The portal only ever posts, so it needs no such advice. */
function reactionTo({ code }: Problem): string {
  return code === "notPost" ? "–" : "sends it again later";
}
