import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { Aedes } from "aedes";
import { waitFor } from "./wait-for";

/** What somebody has published. */
interface Published {
  topic: string;
  payload: string;
}

/** A real MQTT broker, in this process. */
export interface Broker {
  readonly port: number;
  /** All that clients have published, in order. */
  readonly published: readonly Published[];
  /** Publishes as a reader would. @param retain whether the broker keeps it for who subscribes later */
  publish(topic: string, payload: string, retain?: boolean): Promise<void>;
  /** Waits until somebody listens to a topic; after a restart, until somebody does so again. */
  subscribed(topic: string): Promise<void>;
  /** Waits for what a client publishes next on a topic. */
  next(topic: string): Promise<string>;
  close(): Promise<void>;
}

/** Starts a broker on a free port of this machine. */
export async function startBroker(): Promise<Broker> {
  const aedes = await Aedes.createBroker();
  const server = createServer(aedes.handle).listen(0, "127.0.0.1");
  await once(server, "listening");
  const published: Published[] = [];
  const listened = new Map<string, Set<string>>();
  const seen = new Map<string, number>();
  aedes.on("publish", ({ topic, payload }, client) => {
    if (client) published.push({ topic, payload: payload.toString() });
  });
  aedes.on("subscribe", (subscriptions, { id }) => {
    for (const { topic } of subscriptions) listened.set(topic, (listened.get(topic) ?? new Set()).add(id));
  });
  aedes.on("clientDisconnect", ({ id }) => {
    for (const clients of listened.values()) clients.delete(id);
  });
  return {
    port: (server.address() as AddressInfo).port,
    published,
    publish: (topic, payload, retain = false) =>
      new Promise((resolve, reject) =>
        aedes.publish({ cmd: "publish", topic, payload, retain, qos: 0, dup: false }, (error) =>
          error ? reject(error) : resolve(),
        ),
      ),
    async subscribed(topic) {
      const isListening = () => (listened.get(topic)?.size ? true : undefined);
      await waitFor(isListening, () => `nobody listens to ${topic}`);
    },
    async next(topic) {
      const count = seen.get(topic) ?? 0;
      seen.set(topic, count + 1);
      const on = () => published.filter((each) => each.topic === topic);
      const { payload } = await waitFor(
        () => on()[count],
        () => `${on().length} messages on ${topic}, not ${count + 1}`,
      );
      return payload;
    },
    async close() {
      server.close();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
    },
  };
}
