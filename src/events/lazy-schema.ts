import type { z } from "zod";

/**
 * zod, loaded when it is first needed: that takes as long as loading everything else, and most events need none of it.
 * @returns what `import { z } from "zod"` gives
 */
export function zod(): typeof z {
  return (require("zod") as { z: typeof z }).z;
}

/** A schema that is made when it is first needed. */
export class LazySchema<Schema extends z.ZodType = z.ZodType> {
  readonly #make: (zod: typeof z) => Schema;
  #schema: Schema | undefined;

  /** @param make is given zod; called once at most */
  constructor(make: (zod: typeof z) => Schema) {
    this.#make = make;
  }

  get schema(): Schema {
    this.#schema ??= this.#make(zod());
    return this.#schema;
  }
}
