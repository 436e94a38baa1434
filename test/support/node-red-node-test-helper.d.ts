/** What the tests use of Node-RED's test helper, which has no types of its own. */
declare module "node-red-node-test-helper" {
  import type { NodeAPI } from "node-red";

  interface TestHelper {
    init(runtimePath: string, settings: object): void;
    startServer(done: () => void): void;
    stopServer(done: () => void): void;
    load(modules: readonly ((RED: NodeAPI) => void)[], flow: readonly object[], credentials: object): Promise<void>;
    unload(): Promise<void>;
    getNode(id: string): { on(event: "input", listener: (message: unknown) => void): void };
  }

  const helper: TestHelper;
  export default helper;
}
