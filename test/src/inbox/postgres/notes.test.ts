import assert from "node:assert/strict";
import { waitFor } from "../../../support/wait-for";
import { ask, emptyDatabase, type Sharing, share, usePostgres } from "./shared";

usePostgres();

describe("notes in PostgreSQL, which two processes share", () => {
  let url: string;
  let one: Sharing;
  let other: Sharing;
  beforeEach(async () => {
    url = await emptyDatabase();
    [one, other] = await Promise.all([share(url, "one"), share(url, "other")]);
  });

  const note = ({ inbox }: Sharing, names: readonly string[], document: string | null, topic = "topic") =>
    inbox.notes.change(topic, names, () => new Map(names.map((name) => [name, document])));

  const namesOf = async ({ inbox }: Sharing, after?: number) =>
    (await inbox.notes.read("topic", after)).map(({ name, document }) => `${name} ${document}`);

  it("are read in the order in which they were written last, also more than are read at a time", async () => {
    const many = Array.from({ length: 1_500 }, (_, index) => `many-${String(index).padStart(4, "0")}`);
    await note(one, ["first"], "1");
    await note(other, many, "2");
    await note(one, ["first"], "3");
    await note(one, ["elsewhere"], "4", "another topic");
    const all = await other.inbox.notes.read("topic");
    assert.deepEqual(
      all.map(({ name }) => name),
      [...many, "first"],
    );
    assert.deepEqual(await namesOf(other, all[0]?.number), ["first 3"]);
    assert.deepEqual(await namesOf(other, all.at(-1)?.number), []);
  });

  it("miss nothing where both write at once: each change sees the one before, and has a higher number", async () => {
    const numbers: number[] = [];
    const add = ({ inbox }: Sharing) =>
      inbox.notes.change("topic", ["sum"], (known, number) => {
        numbers.push(number);
        return new Map([["sum", String(Number(known.get("sum") ?? 0) + 1)]]);
      });
    await Promise.all(Array.from({ length: 20 }, (_, index) => add(index % 2 === 0 ? one : other)));
    assert.deepEqual(await namesOf(one), ["sum 20"]);
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
    );
  });

  it("tell the others within moments, also that something is not so any more", async () => {
    let told = 0;
    const stop = other.inbox.notes.watch(() => {
      told += 1;
    });
    await note(one, ["name"], "so");
    await waitFor(
      () => (told > 0 ? true : undefined),
      () => "the other is not told",
    );
    stop();
    await note(one, ["name"], null);
    assert.deepEqual(await namesOf(other), ["name null"]);
  });

  it("of what is over are forgotten after a year, and so are those that only somebody who is gone has renewed", async () => {
    await note(one, ["over"], null);
    await note(one, ["holds"], "so");
    await note(one, ["endpoint gone"], "{}", "sightings");
    await ask(url, "update hapana.notes set at = at - interval '366 days'");
    await note(one, ["lately"], null);
    await one.inbox.prune(Date.now());
    const left = await ask<{ name: string }>(url, "select name from hapana.notes order by name");
    assert.deepEqual(
      left.map(({ name }) => name),
      ["holds", "lately"],
    );
  });
});
