import type { z } from "zod";
import { type Fields, type ObjectOf, objectOf } from "./fields";

/** Everything that the package knows about one of Hapana's webhooks. Everything else (outputs, help, samples) derives from it. */
export interface EventDefinition<Type extends string = string, Schema extends z.ZodObject = z.ZodObject> {
  /** The event type, as in `msg.topic` and in the webhook's URL. */
  readonly type: Type;
  /** Hapana's own name for it. */
  readonly title: string;
  /** Other names under which it may be announced; case, spaces and punctuation never matter. */
  readonly aliases: readonly string[];
  /** When Hapana sends it, as the end of the sentence "Fires when …". */
  readonly firesWhen: string;
  /** What it is good for. */
  readonly use: string;
  /** The number of the article in Hapana's help centre that lists its fields. */
  readonly article: number;
  /** The fields of its payload, known by name without their schemas. */
  readonly fields: Fields;
  /** The typed payload, made of the fields when it is first needed. */
  readonly schema: Schema;
  /** Fields that come in several shapes, normalised before the schema is applied. */
  readonly shape?: Readonly<Record<string, (value: unknown) => unknown>>;
  /** The fields by which the shape alone identifies it; of two events with the same fields, neither has any. */
  readonly tellingFields: readonly (keyof z.input<Schema> & string)[];
  /**
   * Whether it describes a client's state, so that repeating it says nothing new. Otherwise something has happened, which
   * may happen twice.
   */
  readonly isState: boolean;
  /** What distinguishes it from another event with the same content, if anything does: with that, a repeat is a duplicate. */
  readonly distinction?: (payload: Readonly<Record<string, unknown>>) => string | undefined;
  /** A realistic payload, suitable for tests and for the test event. */
  readonly sample: z.input<Schema>;
}

/** What a file says about its event: all but the schema. */
type Declared<Type extends string, Named extends Fields> = Omit<EventDefinition<Type, ObjectOf<Named>>, "schema"> & {
  readonly fields: Named;
};

/**
 * Declares one event, preserving its exact types.
 * @param declared the event
 * @returns the same, with its schema
 */
export function defineEvent<const Type extends string, Named extends Fields>(
  declared: Declared<Type, Named>,
): EventDefinition<Type, ObjectOf<Named>> {
  const payload = objectOf(declared.fields);
  return {
    ...declared,
    get schema() {
      return payload.schema;
    },
  };
}
