/** Sees a message, or whatever else a hook is about; `false` halts it, and a promise holds it back. */
type HookHandler = (event: never) => unknown;

interface Hook {
  readonly label: string;
  readonly handler: HookHandler;
}

/** Node-RED's hooks: with labels, called one after the other, in the order in which they were added. */
export class StandInHooks {
  readonly #hooks = new Map<string, readonly Hook[]>();

  /** @param name such as `preDeliver.hapana`; as in Node-RED, a label has only one handler for each */
  add(name: string, handler: HookHandler): void {
    const [id = "", label = ""] = name.split(".");
    if (label !== "" && this.#of(id).some((hook) => hook.label === label)) {
      throw new Error(`Hook ${name} already registered`);
    }
    this.#hooks.set(id, [...this.#of(id), { label, handler }]);
  }

  /** @param name with a label; `*.hapana` stands for all of it */
  remove(name: string): void {
    const [id = "", label = ""] = name.split(".");
    if (label === "") throw new Error(`Cannot remove hook without label: ${name}`);
    for (const one of id === "*" ? [...this.#hooks.keys()] : [id]) {
      this.#hooks.set(
        one,
        this.#of(one).filter((hook) => hook.label !== label),
      );
    }
  }

  /** The names of the hooks that have a handler. */
  get names(): string[] {
    return [...this.#hooks].flatMap(([id, hooks]) => hooks.map(({ label }) => `${id}.${label}`)).sort();
  }

  /** Calls the handlers, and then, unless one has halted it, what comes next: at once where none is a promise. */
  trigger(id: string, event: object, next: () => void): void {
    const hooks = this.#of(id);
    const call = (index: number): void => {
      const hook = hooks[index];
      if (!hook) {
        next();
        return;
      }
      const result = hook.handler(event as never);
      if (result instanceof Promise) void result.then(() => call(index + 1));
      else if (result !== false) call(index + 1);
    };
    call(0);
  }

  #of(id: string): readonly Hook[] {
    return this.#hooks.get(id) ?? [];
  }
}
