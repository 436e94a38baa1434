import { fork } from "node:child_process";
import { join } from "node:path";
import { signBody } from "../src/receiver/signature";
import type { FlowNode } from "../test/support/flows";
import { startNodeRed } from "../test/support/node-red";
import { coreFlow, ourFlow } from "./flows";
import type { Round } from "./measure";

/** A process that answers, ready to be measured. */
export interface Running {
  url: string;
  pid: number;
  round: Partial<Round>;
  stop(): Promise<unknown>;
}

/** Something to measure. */
export interface Contender {
  name: string;
  what: string;
  start(): Promise<Running>;
}

const secret = "a-secret-for-the-benchmark";

export const bareHttp: Contender = {
  name: "bare node:http",
  what: "reads and parses the body, answers 200: the limit",
  start: () => script("bare-http"),
};

export const express: Contender = {
  name: "Express handler",
  what: "the same with express.json",
  start: () => script("express"),
};

export const coreNodes: Contender = {
  name: "core nodes",
  what: "http in → function (token) → switch (six) → http response, nothing stored",
  start: () => nodeRed(coreFlow()),
};

export const oursOnDisk: Contender = {
  name: "ours, disk",
  what: "the default: durable, complete tracking",
  start: () => nodeRed(ourFlow()),
};

/** All contenders, in the order of the table. */
export const contenders: readonly Contender[] = [
  bareHttp,
  express,
  coreNodes,
  {
    name: "ours, memory",
    what: "all outputs wired (to a debug node that is switched off), header token",
    start: () => nodeRed(ourFlow({ endpoint: { storage: "memory" } })),
  },
  oursOnDisk,
  {
    name: "ours, disk, function nodes",
    what: "the same, all outputs wired to a function node",
    start: () => nodeRed(ourFlow({ end: "function" })),
  },
  {
    name: "ours, disk, signature",
    what: "the same, HMAC over the body",
    start: () =>
      nodeRed(ourFlow({ endpoint: { auth: "signature", credentials: { signingSecret: secret } } }), {
        sign: (body) => ({ "x-hapana-signature": signBody(body, secret) }),
      }),
  },
];

async function nodeRed(flows: FlowNode[], round: Partial<Round> = {}): Promise<Running> {
  const { url, pid, stop } = await start(flows);
  return { url, pid, stop, round };
}

async function start(flows: FlowNode[]): Promise<{ url: string; pid: number; stop(): Promise<unknown> }> {
  const running = await startNodeRed({ flows });
  return { url: running.url, pid: running.pid, stop: () => running.stop() };
}

async function script(name: string): Promise<Running> {
  const child = fork(join(__dirname, "contenders", `${name}.ts`), { execArgv: ["--import", "tsx"] });
  const port = await new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`${name} ended with ${code}.`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid as number,
    round: {},
    stop: async () => {
      child.kill();
    },
  };
}
