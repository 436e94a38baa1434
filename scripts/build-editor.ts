/** Builds the editor part of every node, and the sidebar: its HTML with script and dialog, its texts, help and icons. */

import { existsSync, readFileSync } from "node:fs";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { build, type Plugin } from "esbuild";
import { catalog } from "../src/events/catalog";
import { buildLocales } from "./build-locales";
import { declarations, typedPayloads } from "./declarations";
import { fieldsOf } from "./event-fields";

/**
 * Writes `dist/nodes/<folder>/` for every folder with an editor part.
 * @param root the package's folder
 * @param dist where to write
 */
export async function buildEditor(root: string, dist: string): Promise<void> {
  const folders = await readdir(join(root, "nodes"));
  const nodeTypes = folders.filter((name) => existsSync(join(root, "nodes", name, `${name}.editor.ts`)));
  await Promise.all(
    nodeTypes.map((nodeType) => buildNode(nodeType, join(root, "nodes", nodeType), join(dist, "nodes", nodeType))),
  );
}

async function buildNode(nodeType: string, source: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  const { script, style } = await bundle(join(source, `${nodeType}.editor.ts`));
  const dialog = await dialogOf(nodeType, source);
  const html = `<script type="text/javascript">\n${script}</script>\n<style>\n${style}</style>\n${dialog}`;
  await writeFile(join(target, `${nodeType}.html`), html);
  if (existsSync(join(source, "icons"))) await cp(join(source, "icons"), join(target, "icons"), { recursive: true });
  const phrases = join(source, "..", "editor", "phrases");
  await buildLocales(nodeType, join(source, "locales"), join(target, "locales"), phrases);
}

/** A part shared by several dialogs is in `nodes/editor/parts`, and uses the node's own texts. */
async function dialogOf(nodeType: string, source: string): Promise<string> {
  const template = join(source, `${nodeType}.html`);
  // The sidebar has no dialog.
  if (!existsSync(template)) return "";
  const partOf = (name: string) => readFileSync(join(source, "../editor/parts", `${name}.html`), "utf8");
  const dialog = await readFile(template, "utf8");
  return dialog.replace(/<!-- (\w+) -->/g, (_place, name: string) => partOf(name).replaceAll("NODE", nodeType));
}

async function bundle(entry: string): Promise<{ script: string; style: string }> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    outdir: dirname(entry),
    format: "iife",
    platform: "browser",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
    plugins: [catalogForTheEditor, fieldsForTheEditor, typesForTheEditor],
  });
  const textOf = (extension: string) => outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? "";
  return { script: textOf(".js"), style: textOf(".css") };
}

/** A module that the bundles import by name and that is generated here. */
function made(name: string, make: () => string): Plugin {
  return {
    name,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${name}$`) }, ({ path }) => ({ path, namespace: name }));
      onLoad({ filter: /.*/, namespace: name }, () => ({ contents: make(), loader: "js" }));
    },
  };
}

/** The editor needs the events' names; their schemas, and zod with them, stay out of the browser. */
const catalogForTheEditor = made("hapana-catalog", () => {
  const summaries = catalog.map(({ type, title }) => ({ type, title }));
  return `export const catalog = ${JSON.stringify(summaries)};`;
});

/** The events' fields, each with its value in the sample. */
const fieldsForTheEditor = made("hapana-fields", () => {
  const fieldsOfEvent = ({ type, sample }: (typeof catalog)[number]) =>
    fieldsOf(type).map(({ name, kinds }) => ({ name, kinds, usual: (sample as Record<string, unknown>)[name] }));
  const fields = Object.fromEntries(catalog.map((definition) => [definition.type, fieldsOfEvent(definition)]));
  return `export const fields = ${JSON.stringify(fields)};`;
});

const typesForTheEditor = made("hapana-types", () =>
  [
    `export const declarations = ${JSON.stringify(declarations())};`,
    `export const typedPayloads = ${JSON.stringify(typedPayloads())};`,
  ].join("\n"),
);
