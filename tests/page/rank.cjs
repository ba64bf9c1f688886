// Runs the scripts of the exported page in Node: node rank.cjs PAGE.json < CASES.jsonl > ANSWERS.jsonl
// A case is {resolved} (what the intake made of it) or {given} (what the form gives); chains of the first causes only.
"use strict";
const fs = require("node:fs"), vm = require("node:vm");
const CHAINS = 20;

const { data, scripts } = JSON.parse(fs.readFileSync(process.argv[2], "utf-8"));
const context = vm.createContext({ data, console });
vm.runInContext("const LK = { parts: [], data };", context);
for (const script of scripts) vm.runInContext(script, context);
vm.runInContext("for (const part of LK.parts) part();", context);
const run = vm.runInContext("(line) => (line.given ? LK.resolve(line.given) : LK.answerOf(line.resolved))", context);
for (const line of fs.readFileSync(0, "utf-8").split("\n").filter(Boolean)) {
  const answer = run(JSON.parse(line));
  (answer.causes || []).slice(CHAINS).forEach((cause) => { delete cause.chains; });
  process.stdout.write(JSON.stringify(answer) + "\n");
}
