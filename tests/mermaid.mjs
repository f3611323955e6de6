// Reads flowcharts as Mermaid does: from a list of texts in JSON on standard input, to what is in
// each, or the error, in JSON on standard output. Its argument is the folder of npm's packages.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const folder = process.argv[2];
const { JSDOM } = createRequire(join(folder, "/"))("jsdom");
const { window } = new JSDOM("");
Object.assign(globalThis, { window, document: window.document });
const module = join(folder, "mermaid", "dist", "mermaid.core.mjs");
const { default: mermaid } = await import(pathToFileURL(module));
mermaid.initialize({ securityLevel: "strict", maxEdges: 1e6, maxTextSize: 1e9 });

const decoded = (text) =>
  text.replace(/ﬂ°°(\d+)¶ß/g, (_, code) => String.fromCodePoint(code));

async function read(text) {
  try {
    const { type, db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    return {
      type,
      nodes: [...db.getVertices().values()].map((node) => [node.id, decoded(node.text), node.link ?? null]),
      edges: db.getEdges().map((edge) => [edge.start, edge.end, decoded(edge.text)]),
      groups: db.getSubGraphs().map((group) => [decoded(group.title), group.nodes]),
    };
  } catch (error) {
    return { error: String(error) };
  }
}

const found = [];
for (const text of JSON.parse(readFileSync(0, "utf-8"))) found.push(await read(text));
process.stdout.write(JSON.stringify(found));
