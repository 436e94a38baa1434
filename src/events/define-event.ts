import type { z } from "zod";

/** Everything that the package knows about one of Hapana's webhooks. All else (outputs, help, samples) derives from it. */
export interface EventDefinition<Type extends string = string, Schema extends z.ZodObject = z.ZodObject> {
  /** The event type, as in `msg.topic` and in the webhook's URL. */
  readonly type: Type;
  /** Hapana's own name for it. */
  readonly title: string;
  /** Other spellings under which it may be announced; case, spaces and punctuation never matter. */
  readonly aliases: readonly string[];
  /** When Hapana sends it, as the end of the sentence "Fires when …". */
  readonly firesWhen: string;
  /** What it is good for. */
  readonly use: string;
  /** The number of the article in Hapana's help centre that lists its fields. */
  readonly article: number;
  /** The typed payload. */
  readonly schema: Schema;
  /** Fields that take several shapes on the wire, brought to one before the schema is applied. */
  readonly shape?: Readonly<Record<string, (value: unknown) => unknown>>;
  /** The fields by which its shape alone tells it from the others; of two events with the same fields, neither has any. */
  readonly tellingFields: readonly (keyof z.input<Schema> & string)[];
  /**
   * Whether it tells how a client stands, so that the same again says nothing new. Else it tells that something has happened, which
   * may happen twice.
   */
  readonly isState: boolean;
  /** What tells it from another that says the same, if anything does: with that, the same again is the same one. */
  readonly distinction?: (payload: Readonly<Record<string, unknown>>) => string | undefined;
  /** A realistic payload, fit for tests and for the test event. */
  readonly sample: z.input<Schema>;
}

/**
 * Declares one event, keeping its exact types.
 * @param definition the event
 * @returns the same object
 */
export function defineEvent<const Type extends string, Schema extends z.ZodObject>(
  definition: EventDefinition<Type, Schema>,
): EventDefinition<Type, Schema> {
  return definition;
}
