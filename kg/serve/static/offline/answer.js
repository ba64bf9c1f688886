// @ts-check
"use strict";
/* Ranked causes -> the answer in the form of `kg schema answer`: chains of steps, mechanisms, what is not explained.
   What a page without evidence rows cannot say (quantities, gists) is left empty. */
LK.parts.push(function () {
  const W = LK.world;
  if (!W) return;
  const T = W.tables, C = T.constants, FEATURES = ["feature", "gene", "consequence"];
  /** @param {LKNode.EvidenceRow} row */
  const evidenceOf = ([source, said, quantity]) => ({ source: T.sources[source], kind: T.statements[Math.floor(said / T.directions.length)], direction: T.directions[said % T.directions.length], quantity: quantity || "", gist: "" });

  const OPEN = "gate.open", callsForCause = (/** @type {number} */ n) => FEATURES.includes(W.kindOf(n)) && W.sortOf(n) !== "exposure";

  /** @param {number} subject @param {string} predicate @param {number} object */
  const step = (subject, predicate, object) => ({ subject: W.id(subject), subject_label: W.label(subject), predicate, object: W.id(object), object_label: W.label(object), scope: "all", asserted: true, struck: "", evidence: /** @type {any[]} */ ([]) });
  /** The is-a step that joins two links. @param {number} start @param {number} end */
  function join(start, end) {
    if (start === end) return [];
    const isKind = W.above(start).has(end);
    return [{ ...step(start, isKind ? "is a" : W.above(end).has(start) ? "is wider than" : "shares a line with", end), asserted: isKind && W.isAsserted(start, end) }];
  }

  /** @param {number} cause @param {number[]} route @param {number} target @param {Map<number, string>} out */
  function chainOf(cause, route, target, out) {
    const steps = [];
    let at = cause;
    for (const [subject, predicate, object, some, rows] of route.map((l) => T.links[l])) {
      steps.push(...join(at, subject), { ...step(subject, T.predicates[predicate], object), scope: some ? "some" : "all", evidence: rows.map(evidenceOf) });
      at = object;
    }
    steps.push(...join(at, T.endOf[target] ?? target));
    const struck = (/** @type {string} */ id) => out.get(/** @type {number} */ (W.number(id)));
    return { finding: W.id(T.endOf[target] ?? target), weakest: "", steps: steps.map((s) => { const label = struck(s.subject) || struck(s.object); return label ? { ...s, struck: label + " absent (your input)" } : s; }) };
  }

  /** @param {any} c @param {number} rank @param {LKNode.Case} given @param {Map<number, string>} out */
  function causeOf(c, rank, given, out) {
    const told = new Set(c.parts.flatMap((/** @type {LKNode.Part} */ p) => [p.n, p.statement || ""])), stated = new Set([...given.present, ...given.absent].map((o) => o.n));
    const telling = c.reached.length ? [...LK.features.of(c.cause).values()].sort((a, b) => b.p - a.p || a.feature - b.feature) : [];
    const groups = T.groups[c.cause] || [], wider = new Set([c.cause, ...groups].flatMap((n) => [...W.above(n)]).filter((n) => n !== c.cause));
    const needs = c.parts.find((/** @type {LKNode.Part} */ p) => p.name === OPEN), missed = c.cause in T.cantMiss ? c.cause : undefined;
    const chains = c.reached.flatMap((/** @type {LKNode.Reached} */ r) => r.routes.slice(0, C.maxChains).map((route) => chainOf(c.cause, route, r.target, out)));
    return {
      id: W.id(c.cause), label: W.label(c.cause), kind: W.kindOf(c.cause), family: T.families[W.family(c.cause)], tier: T.tiers[c.tier], rank, score: c.score, shelf: c.shelf,
      explains: c.reached.map((/** @type {LKNode.Reached} */ r) => W.id(r.target)),
      variants: c.variants.map((/** @type {any} */ v) => ({ id: W.id(v.cause), label: W.label(v.cause), score: v.score, wider: wider.has(v.cause) })),
      contributions: c.parts.map((/** @type {LKNode.Part} */ p) => ({ factor: p.factor, label: p.label, weight: p.weight, reason: p.reason, term: p.n === undefined || p.n < 0 ? "" : W.id(p.n), sources: [] })),
      chains, mechanisms: (T.mechanisms[c.cause] || []).map(([n, disputed]) => ({ id: W.id(n), label: W.label(n), disputed: !!disputed })),
      not_checked: telling.filter((l) => !stated.has(l.feature)).slice(0, 3).map((l) => W.label(l.feature)),
      not_explained: given.present.filter((o) => callsForCause(o.n) && !told.has(o.n) && !told.has(o.statement)).map((o) => o.label),
      struck: c.struck, remarks: [], commonness: T.graded.includes(c.cause) ? C.commonness[T.commonness[c.cause]] : "", only_with: needs ? needs.label : "",
      cant_miss: missed === undefined ? null : { reason: T.cantMiss[missed][0], source: T.sources[T.cantMiss[missed][1]] },
    };
  }

  /** Products whose label lists a finding near those given. @param {LKNode.Case} given */
  function labelLists({ targets, drugs }) {
    const near = new Set(targets.flatMap((n) => [...W.above(n), ...W.below(n)])), taken = new Set(drugs.map((d) => d.n));
    const found = T.labelLists.filter(([, finding]) => near.has(finding)).map(([drug, finding, source]) => ({ id: W.id(drug), label: W.label(drug), finding: W.label(finding), taken: taken.has(drug), source: T.sources[source] }));
    return found.sort((a, b) => LK.compare([Number(!a.taken), a.label, a.finding], [Number(!b.taken), b.label, b.finding]));
  }

  /** The answer of a resolved case. @param {LKNode.Resolved} resolved */
  LK.answerOf = function (resolved) {
    const ranked = LK.rank(resolved), given = ranked.given, out = LK.ruledOut(given);
    const causes = ranked.causes.map((c, i) => causeOf(c, i + 1, given, out)), struck = ranked.struck.map((c, i) => causeOf(c, i + 1, given, out));
    const explained = new Set(causes.flatMap((c) => c.explains)), all = given.targets.every((t) => explained.has(W.id(t)));
    const counts = { considered: W.causes.length, explaining: causes.length, struck_out: struck.length, to_ask: ranked.asked.length };
    const normal = given.targets.length ? [] : resolved.readings.filter((r) => r.normal_for).map((r) => ({ text: r.text, group: r.normal_for, rule: r.rule, source: r.source, competing: r.competing }));
    const answer = {
      status: normal.length ? "normal_for" : !given.targets.length ? "no_finding" : !explained.size ? "none_in_scope" : all ? "explained" : "partly",
      findings: given.targets.map((t) => ({ id: W.id(t), label: W.label(t), value: (resolved.readings.find((r) => r.decides === W.id(t)) || {}).text })),
      causes, struck_out: struck, to_ask: ranked.asked.map((c) => ({ id: W.id(c.cause), label: W.label(c.cause), question: "taken in the last weeks?" })),
      label_lists: labelLists(given), alerts: ranked.alerts, sets: LK.findSets(causes, given.targets),
      coverage: { ...counts, not_addressed: counts.considered - counts.explaining - counts.struck_out - counts.to_ask },
      normal_for: normal, no_bearing: [],
    };
    return { ...answer, drugs_given: LK.drugsGiven(resolved, answer) };
  };
});
