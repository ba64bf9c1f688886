// Runs the scoring of the exported page in Node: node rank.cjs PAGE.json < CASES.jsonl > ANSWERS.jsonl
"use strict";
const fs = require("node:fs"), vm = require("node:vm");

const { tables, scripts } = JSON.parse(fs.readFileSync(process.argv[2], "utf-8"));
const context = vm.createContext({ tables, console });
vm.runInContext("const LK = { parts: [], data: { tables } };", context);
for (const script of scripts) vm.runInContext(script, context);
vm.runInContext("for (const part of LK.parts) part();", context);
for (const line of fs.readFileSync(0, "utf-8").split("\n").filter(Boolean)) {
  context.given = JSON.parse(line);
  process.stdout.write(vm.runInContext("JSON.stringify(LK.answerOf(given))", context) + "\n");
}
