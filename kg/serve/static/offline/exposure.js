// @ts-check
"use strict";
/* What a patient was exposed to -> parts: drugs with their windows, conditions that are known, what an infection needs.
   The same rules as `kg/reasoning/model/exposure.py` and `time.py`. */
LK.parts.push(function () {
  const W = LK.world;
  if (!W) return;
  const T = W.tables, C = T.constants, { value, reason } = W, say = LK.wording.general;

  /** @param {string} name @param {string} label @param {number} n @param {string} [statement] @returns {LKNode.Part} */
  const part = (name, label, n, statement) => ({ weight: value(name), factor: "exposure", label, reason: reason(name), n, statement });
  /** @param {number} whole @param {LKNode.Case} given */
  const hasAll = (whole, given) => T.wholes[whole].every((n) => given.presentTerms.has(n) || given.drugs.some((d) => d.n === n));

  /** @param {LKNode.Case} given @param {LKNode.Ledger} ledger */
  function addDrugs(given, ledger) {
    for (const drug of given.drugs) {
      take(drug.n, drug, ledger);
      for (const group of T.groups[drug.n] || []) ledger.exposed.add(group);
      for (const whole of W.wholesOf(drug.n).filter((w) => hasAll(w, given))) {
        take(whole, drug, ledger);
        ledger.add(whole, part("drug.combined", drug.label, drug.n));
      }
    }
  }

  /** @param {number} cause @param {LKNode.Drug} drug @param {LKNode.Ledger} ledger */
  function take(cause, drug, ledger) {
    ledger.exposed.add(cause);
    ledger.add(cause, part("drug.taken", drug.label, drug.n));
    const today = drug.start !== null && drug.start <= C.today;
    ledger.add(cause, today ? part("drug.started today", drug.label, drug.n) : { factor: "window", label: drug.label, ...windowOf(cause, drug) });
  }

  /** Where an exposure stands in the window of onset, or of recovery. @param {number} cause @param {LKNode.Drug} drug */
  function windowOf(cause, { start, stop }) {
    const rows = T.windows[cause] || [], lasts = cause in T.recoveries ? T.recoveries[cause] : value("window.recovery");
    const spans = rows.map(([low, high]) => [low || 0, high === null ? (low || 0) * value("window.open") : high]);
    const share = start === null || !spans.length ? 0 : spans.filter(([low, high]) => low <= start && start <= high).length / spans.length;
    if (share && start !== null) return place(start, spans, share);
    if (stop !== null && stop > 2 * lasts) return { weight: value("window.recovered"), reason: "stopped " + say(stop) + " days ago; recovery is expected within " + say(lasts) };
    if (start === null) return { weight: 0, reason: "start not given: window unknown" };
    return spans.length ? place(start, spans, share) : { weight: 0, reason: "day " + say(start) + ": no source gives a window" };
  }

  /** @param {number} day @param {number[][]} spans @param {number} share */
  function place(day, spans, share) {
    const low = Math.min(...spans.map((s) => s[0])), high = Math.max(...spans.map((s) => s[1]));
    const word = day < low ? "early" : day > high ? "late" : "inside", inside = word === "inside";
    const held = inside ? "in " + LK.wording.fixed(share * spans.length, 0) + " of " + spans.length + " sourced windows" : "sourced window";
    const weight = value("window." + word) * (inside ? Math.min(1, 2 * share) : 1);
    return { weight, reason: word + ": day " + say(day) + ", " + held + " " + say(low) + " to " + say(high) };
  }

  /** @param {LKNode.Case} given @param {LKNode.Ledger} ledger */
  function addConditions(given, ledger) {
    for (const o of given.present.filter(({ n }) => W.isCause(n))) {
      const expose = (/** @type {number} */ cause, /** @type {string} */ name) => { ledger.exposed.add(cause); ledger.add(cause, part(name, o.label, o.n, o.statement)); };
      for (const cause of W.up(o.n).filter(W.isCause)) expose(cause, "condition.known");
      for (const cause of T.downstream[o.n] || []) expose(cause, "condition.upstream");
      for (const whole of W.wholesOf(o.n)) if (hasAll(whole, given) && !ledger.exposed.has(whole)) expose(whole, "condition.known");
    }
  }

  /** Whether the exposure that a cause needs is given. @param {LKNode.Case} given @returns {(cause: number, exposed: boolean) => LKNode.Part | null} */
  function gatekeeper(given) {
    const stated = new Set(given.present.flatMap((o) => [...W.above(o.n)])), places = T.place < 0 ? new Set() : W.below(T.place);
    const here = given.present.map((o) => o.n).filter((n) => places.has(n) && n !== T.place);
    const isMet = (/** @type {number} */ n) => stated.has(n) || here.some((at) => W.above(n).has(at));
    return (cause, exposed) => {
      const gates = W.up(cause).flatMap((above) => T.gates[above] || []), needed = gates.filter(([, need]) => T.needs[need] === "needed").map(([n]) => n);
      if (!needed.length || exposed) return null;
      const met = gates.map(([n]) => n).find(isMet), rival = here.length > 0 && needed.some((n) => places.has(n));
      const name = met !== undefined ? "gate.met" : rival ? "gate.unmet" : "gate.open";
      const labels = [...new Set((met !== undefined ? [met] : needed).map(W.label))].sort().slice(0, 4).join(", ");
      const said = met === undefined ? undefined : given.present.find((o) => W.above(met).has(o.n) || W.below(met).has(o.n));
      return { weight: value(name), factor: "exposure", label: labels, reason: reason(name), n: met, name, statement: said ? said.statement : "" };
    };
  }

  LK.exposure = { addDrugs, addConditions, gatekeeper };
});
