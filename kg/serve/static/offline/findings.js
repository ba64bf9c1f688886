// @ts-check
"use strict";
/* Signs and tests of a case -> parts: present ones, absent ones, and silence about what is present.
   The same rules as `kg/reasoning/model/findings.py`. */
LK.parts.push(function () {
  const W = LK.world;
  if (!W) return;
  const T = W.tables, F = LK.features, { value, reason } = W;
  const TOLD = ["finding", "reading"];

  /** Whether a sign follows from the findings to be explained. @param {number[]} targets */
  function followsFrom(targets) {
    const found = new Set(T.targets.filter((row) => targets.includes(row[0])).flatMap((row) => row[4]));
    return W.remember((n) => [...W.above(n)].some((above) => found.has(above)));
  }
  const groupOf = (/** @type {number} */ n) => { const found = W.up(n).find((above) => above in T.redundant); return found === undefined ? "" : T.redundant[found]; };

  /** Present signs. @param {LKNode.Case} given @param {LKNode.Ledger} ledger */
  function addPresent(given, ledger) {
    const follows = followsFrom(given.targets);
    for (const o of given.present.filter(({ n }) => !TOLD.includes(W.kindOf(n)))) {
      const against = T.against[o.n] || [];
      const flat = (/** @type {number[]} */ causes, /** @type {string} */ name) => { for (const cause of causes) { ledger.hear(cause, o.statement); ledger.add(cause, { weight: value(name), factor: "finding", label: o.label, reason: reason(name), n: o.n, statement: o.statement }); } };
      flat(T.genes[o.n] || [], "gene.variant");
      flat(against, "risk.against");
      flat(T.risks[o.n] || [], "risk.raised");
      addSign(o, follows(o.n), new Set(against), ledger);
    }
  }

  /** @param {LKNode.Observation} o @param {boolean} follows @param {Set<number>} against @param {LKNode.Ledger} ledger */
  function addSign(o, follows, against, ledger) {
    const sort = W.sortOf(o.n), scale = value(sort + ".scale"), rows = F.rows(o.n, follows), group = groupOf(o.n);
    if (rows.length && !follows && sort !== "exposure") ledger.quiet.set(o.statement, Math.min(ledger.quiet.get(o.statement) || 0, F.silence(o.n) * scale));
    for (const row of rows.filter((r) => !against.has(r.cause))) {
      const weight = Math.max(value("finding.lowest"), Math.min(value("finding.highest"), row.weight)) * scale;
      ledger.add(row.cause, { weight, factor: "finding", label: o.label, reason: why(row.link, o.label), n: o.n, statement: o.statement, group });
      ledger.hear(row.cause, o.statement);
    }
  }

  /** @param {{feature: number, p: number, stated: boolean}} link @param {string} given */
  function why(link, given) {
    const own = W.label(link.feature), named = own.toLowerCase() === given.toLowerCase() ? "" : own + ": ";
    return named + "present; " + (link.stated ? "in " : "listed without a figure, taken as ") + LK.wording.percent(link.p);
  }

  /** What the signs that a cause is not known for take from it. @param {number[]} causes @param {LKNode.Ledger} ledger */
  function addSilence(causes, ledger) {
    for (const cause of causes) {
      const heard = ledger.heard.get(cause) || new Set(), silent = [...ledger.quiet].filter(([statement]) => !heard.has(statement));
      const weight = silent.reduce((sum, [, quiet]) => sum + quiet, 0) * value("unlisted.scale") * F.completeness(cause);
      if (weight < 0) ledger.add(cause, { weight, factor: "unlisted", label: silent.length + " other signs", reason: "it is not known for them" });
    }
  }

  /** Signs that are stated or measured as absent. @param {LKNode.Case} given @param {LKNode.Ledger} ledger */
  function addAbsent(given, ledger) {
    const follows = followsFrom(given.targets);
    for (const o of given.absent) for (const cause of F.showing(o.n)) {
      const link = /** @type {{p: number}} */ (F.of(cause).get(o.n));
      const weight = Math.max(value("finding.lowest"), F.absence(cause, o.n, follows(o.n)) * value("absent.scale"));
      ledger.add(cause, { weight, factor: "finding", label: "no " + o.label, reason: "absent; " + LK.wording.percent(link.p) + " have it", n: o.n, statement: "no " + o.statement });
    }
  }

  LK.findings = { addPresent, addAbsent, addSilence };
});
