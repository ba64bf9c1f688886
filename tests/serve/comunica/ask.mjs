// node ask.mjs ENDPOINT QUERY: rows as JSON, one object a row, values as plain strings.
import { QueryEngine } from "@comunica/query-sparql";

const [endpoint, query] = process.argv.slice(2);
const stream = await new QueryEngine().queryBindings(query, { sources: [{ type: "sparql", value: endpoint }] });
const rows = [];
for await (const row of stream) rows.push(Object.fromEntries([...row].map(([name, term]) => [name.value, term.value])));
console.log(JSON.stringify(rows));
