// Copies YASGUI's bundle, its style and every licence in it to ../static/editor. Run: npm ci --ignore-scripts && npm run build
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";

const from = new URL("node_modules/@zazuko/yasgui/build/", import.meta.url);
const to = new URL("../static/editor/", import.meta.url);
const read = (name) => readFileSync(new URL(name, from), "utf8");
const bare = (text) => text.replace(/\n?\/[/*]# sourceMappingURL=[^\n]*/g, "");

writeFileSync(new URL("yasgui.min.js", to), bare(read("yasgui.min.js")));
writeFileSync(new URL("yasgui.min.css", to), bare(read("yasgui.min.css")));

const sources = JSON.parse(read("yasgui.min.js.map")).sources;
const names = new Set(["@zazuko/yasgui"]);
for (const source of sources) {
  const found = source.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)\//);
  if (found) names.add(found[1]);
}
const parts = [...names].sort().map((name) => {
  const folder = new URL(`node_modules/${name}/`, import.meta.url);
  if (!existsSync(folder)) return `${name}`;
  const about = JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(new URL(file, folder), "utf8").trim() : "";
  return `${name} ${about.version}: ${about.license ?? "see below"}\n\n${text}`;
});
const head = "The editor is YASGUI (https://github.com/zazuko/Yasgui), Copyright Triply and Zazuko, under the MIT licence.\nIt holds these packages:";
writeFileSync(new URL("LICENSES.txt", to), [head, ...parts, read("yasgui.min.js.LICENSE.txt").trim()].join("\n\n----\n\n") + "\n");
