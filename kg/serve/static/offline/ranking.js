// @ts-check
"use strict";
/* A resolved case -> the ranked causes: what is to be explained, which causes reach it, every part of each, what is struck out.
   The same order of factors as `kg/reasoning/model/support.py` and `prepared.py`. */
LK.parts.push(function () {
  const W = LK.world;
  if (!W) return;
  const T = W.tables, C = T.constants, { value, reason } = W, places = new Map(T.targets.map((row, at) => [row[0], at]));
  const NO_EVIDENCE = T.tiers.indexOf("no_evidence"), CONDITIONS = ["mechanism", "finding"];

  /** The case by numbers, each sign with the condition of the same name. @param {LKNode.Resolved} given @returns {LKNode.Case} */
  function enter(given) {
    const numbered = given.observations.flatMap((o) => { const n = W.number(o.term); return n === undefined ? [] : [{ ...o, n, statement: o.text || o.term }]; });
    const all = withTwins(numbered), present = all.filter((o) => o.present);
    const drugs = given.drugs.flatMap((d) => { const n = W.number(d.term); return n === undefined ? [] : [{ n, label: d.label, start: d.start ?? null, stop: d.stop ?? null }]; });
    return { present, absent: all.filter((o) => !o.present), presentTerms: new Set(present.map((o) => o.n)), drugs, askable: given.drugs.length > 0 || given.complete, age: given.age ?? null, sex: given.sex || "", readings: given.readings, targets: findTargets(numbered, given.readings) };
  }

  /** @param {LKNode.Observation[]} observations */
  function withTwins(observations) {
    const stated = new Set(observations.map((o) => o.n));
    return observations.flatMap((o) => {
      const wider = o.present ? W.up(o.n) : [o.n], twins = new Set(wider.flatMap((n) => (n in T.twins ? [T.twins[n]] : [])));
      return [o, ...[...twins].filter((n) => !stated.has(n)).sort((a, b) => a - b).map((n) => ({ ...o, n, term: W.id(n), statement: o.text || W.id(n) }))];
    });
  }

  /** @param {LKNode.Observation[]} observations @param {LKNode.Reading[]} readings */
  function findTargets(observations, readings) {
    const stated = [...observations.filter((o) => o.present).map((o) => o.n), ...readings.filter((r) => r.decides).map((r) => W.number(r.decides))];
    const kept = [...new Set(stated)].filter((n) => n !== undefined && places.has(n)).map(Number);
    const specific = kept.filter((n) => !kept.some((other) => other !== n && W.above(other).has(n)));
    const named = specific.some((n) => n !== T.lowTotal && T.targets.some((row) => row[0] === n && row[3]));
    return specific.filter((n) => n !== T.lowTotal || !named).sort((a, b) => a - b);
  }

  /** Causes that reach one of the findings, and drugs that are taken without evidence. @param {LKNode.Case} given */
  function candidates(given) {
    const found = T.reach.flatMap(([cause, routes, ways, at]) => {
      const reached = given.targets.flatMap((n) => { const way = at ? at[places.get(n) ?? -1] : -1; return way < 0 ? [] : [{ target: n, tier: ways[way][0], routes: ways[way][1].map((i) => routes[i]) }]; });
      return reached.length ? [{ cause, tier: Math.min(...reached.map((r) => r.tier)), reached }] : [];
    });
    const reaching = new Set(found.map((c) => c.cause)), taken = [...new Set(given.targets.length ? given.drugs.map((d) => d.n) : [])];
    return [...found, ...taken.filter((n) => !reaching.has(n)).sort((a, b) => a - b).map((cause) => ({ cause, tier: NO_EVIDENCE, reached: [] }))];
  }

  /** What is said of a cause whatever the case is. @param {LKNode.Candidate} c @param {number[]} targets @returns {LKNode.Part[]} */
  function known(c, targets) {
    const flat = (/** @type {string} */ name, /** @type {string} */ factor, /** @type {string} */ label, /** @type {number} */ n) => ({ weight: value(name), factor, label, reason: reason(name), n });
    const tier = flat("tier." + T.tiers[c.tier], "tier", T.tiers[c.tier], -1), parts = [];
    if (c.tier === NO_EVIDENCE) return [tier];
    parts.push(evidence(c));
    if (W.isDrug(c.cause)) parts.push(risk(c));
    if (tier.weight) parts.push(tier);
    if (c.reached.some(reportsDepth)) parts.push(flat("depth.reported", "depth", W.label(targets.reduce((top, n) => (W.above(n).size > W.above(top).size ? n : top))), -1));
    for (const n of targets) if (!c.reached.some((r) => r.target === n)) parts.push(flat("line.unexplained", "lineage", W.label(n), n));
    if (targets.length === 1 && targets[0] === T.lowTotal) parts.push(flat("line.not known", "lineage", "line not known", -1));
    return parts;
  }
  /** @param {LKNode.Reached} r */
  const reportsDepth = (r) => T.targets.some((row) => row[0] === r.target && row[1] !== row[0]) && r.routes.some((route) => W.above(T.links[route[route.length - 1]][2]).has(r.target));

  /** Links that begin the routes of the best tier. @param {LKNode.Candidate} c */
  const begin = (c) => [...new Set(c.reached.filter((r) => r.tier === c.tier).flatMap((r) => r.routes).map((route) => route[0]))];
  /** How often those who take a drug get the finding, where a source counts them. @param {LKNode.Candidate} c */
  function risk(c) {
    const stated = begin(c).filter((l) => l in T.counted).map((l) => T.counted[l]), most = value("risk.most"), shown = { factor: "evidence", label: "risk" };
    if (!stated.length) return { ...shown, weight: value("risk.uncounted"), reason: reason("risk.uncounted") };
    const highest = Math.max(...stated), weight = Math.max(-most, Math.min(most, value("risk.scale") * Math.log10(highest / value("risk.middle"))));
    return { ...shown, weight, reason: "in " + LK.wording.general(highest, 2) + " of those who take it" };
  }
  /** How many sources speak for the claim. @param {LKNode.Candidate} c */
  function evidence(c) {
    const first = begin(c).map((l) => T.links[l]);
    const rows = first.flatMap((link) => link[4]), speaksFor = (/** @type {LKNode.EvidenceRow} */ row) => row[1] % T.directions.length === 0;
    const sources = new Set(rows.filter(speaksFor).map((row) => row[0])).size, contrary = rows.every(speaksFor) ? 0 : 1;
    const weight = W.isDrug(c.cause) ? value("drug.source") * (Math.log2(1 + sources) - contrary) : 0;
    return { weight, factor: "evidence", label: "sources", reason: sources + " source" + (sources === 1 ? "" : "s") + (contrary ? ", contradicted by others" : "") };
  }

  /* Resolved case: observations {term, label, present, text}, drugs {term, label, start, stop}, complete, age in days, sex, readings. */
  LK.rank = function (resolved) {
    const given = enter(resolved), ledger = LK.openLedger(), every = candidates(given);
    LK.exposure.addDrugs(given, ledger);
    LK.exposure.addConditions(given, ledger);
    LK.findings.addPresent(given, ledger);
    LK.findings.addAbsent(given, ledger);
    const isAsked = (/** @type {LKNode.Candidate} */ c) => given.askable && W.isDrug(c.cause) && !ledger.exposed.has(c.cause);
    const left = every.filter((c) => !isAsked(c));
    LK.findings.addSilence(left.map((c) => c.cause), ledger);
    const before = factors(given, ledger), strike = LK.striker(given);
    const scored = LK.order(left.map((c) => ({ ...c, parts: LK.combine([...before(c), ...(ledger.parts.get(c.cause) || [])]), struck: strike(c) })));
    const out = scored.filter((c) => c.struck);
    return { given, targets: given.targets, causes: LK.foldForms(scored.filter((c) => !c.struck)), struck: LK.foldForms(out), asked: every.filter(isAsked), alerts: LK.alerts(resolved) };
  };

  /** What is said of a cause whatever its findings are. @param {LKNode.Case} given @param {LKNode.Ledger} ledger */
  function factors(given, ledger) {
    const expect = LK.demography.expectation(given), gate = LK.exposure.gatekeeper(given), earlier = LK.demography.earlier(given);
    const told = new Set(given.present.filter((o) => !given.targets.includes(o.n)).map((o) => o.statement)).size, silent = "drug.not mentioned";
    return (/** @type {LKNode.Candidate} */ c) => {
      const exposed = ledger.exposed.has(c.cause), unmentioned = W.isDrug(c.cause) && !exposed && told >= C.telling;
      return [expect(c.cause, exposed), ...known(c, given.targets), LK.demography.weighAge(c.cause, given.age), LK.demography.weighSex(c.cause, given.sex),
        gate(c.cause, exposed), unmentioned ? { weight: value(silent), factor: "exposure", label: "not mentioned", reason: reason(silent) } : null, earlier(c.cause)].flatMap((part) => part || []);
    };
  }

  /** Why a cause is out for this patient. @param {LKNode.Case} given @returns {(c: LKNode.Candidate) => string} */
  LK.striker = function (given) {
    const out = LK.ruledOut(given), defining = new Map(), absent = " absent (your input)";
    for (const o of given.absent) for (const cause of LK.features.showing(o.n)) {
      const link = /** @type {{p: number, stated: boolean}} */ (LK.features.of(cause).get(o.n));
      if (link.stated && link.p >= value("grade.defining") && !defining.has(cause)) defining.set(cause, o.label);
    }
    return (c) => {
      if (out.has(c.cause)) return out.get(c.cause) + absent;
      if (defining.has(c.cause)) return defining.get(c.cause) + absent + ", which every case has";
      const missing = given.absent.find((o) => (T.wholes[c.cause] || []).includes(o.n));
      if (missing) return missing.label + absent + ", a part of it";
      const labels = c.reached.flatMap((r) => r.routes).map((route) => route.flatMap((l) => [T.links[l][0], T.links[l][2]]).find((n) => out.has(n)));
      return labels.length && labels.every((n) => n !== undefined) ? out.get(labels[0]) + absent + ", through which it acts" : "";
    };
  };
  /** Terms that the patient does not have, kinds of them included. */
  LK.ruledOut = (given) => new Map(given.absent.filter((o) => W.isCause(o.n) || CONDITIONS.includes(W.kindOf(o.n))).flatMap((o) => [...W.below(o.n)].map((n) => [n, o.label])));
});
