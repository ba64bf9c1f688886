// @ts-check
"use strict";
/* What an answer says of each drug that was given: the same standings and words as `kg/reasoning/drugs_given.py` and
   `kg/answer/drugs.py`. */
LK.parts.push(function () {
  const W = LK.world;
  if (!W) return;
  const T = W.tables, S = T.standing, NO_EVIDENCE = "no_evidence", ANY = "evidence for other findings only", CLASS_ONLY = "only its class has evidence";
  const plain = (/** @type {string} */ label) => label.replace(/ exposure$/, ""), unique = (/** @type {string[]} */ list) => [...new Set(list)];
  const cite = (/** @type {string[]} */ sources) => (sources.length ? " [" + sources.join(", ") + "]" : "");
  const isFor = (/** @type {LKNode.EvidenceRow} */ row) => row[1] % T.directions.length === 0;
  /** @param {LKNode.Link[]} links @param {boolean} supporting in the order of the rows */
  const sourcesOf = (links, supporting) => unique(links.flatMap((link) => link[4].filter((row) => isFor(row) === supporting).map((row) => T.sources[row[0]]))).slice(0, S.sources);
  /** @param {any} step */
  const isClaim = (step) => step.evidence.length && S.causal.includes(step.predicate);

  /** @param {any} cause */
  function explaining(cause) {
    const claims = cause.chains.map((/** @type {any} */ chain) => chain.steps.find(isClaim)).filter(Boolean);
    if (cause.tier === "class_evidence") {
      const classes = new Map();
      for (const step of claims) if (!classes.has(plain(step.subject_label))) classes.set(plain(step.subject_label), step.evidence.map((/** @type {any} */ e) => e.source));
      return { standing: CLASS_ONLY, rank: cause.rank, classes: [...classes.keys()], sources: unique([...classes.values()].flat()).slice(0, S.sources) };
    }
    const spoken = claims.flatMap((/** @type {any} */ s) => s.evidence).filter((/** @type {any} */ e) => e.direction === T.directions[0]);
    const early = cause.chains.flatMap((/** @type {any} */ c) => c.steps.slice(0, 2)).flatMap((/** @type {any} */ s) => s.evidence).filter((/** @type {any} */ e) => e.direction === T.directions[0] && e.quantity);
    const time = cause.contributions.find((/** @type {any} */ p) => p.factor === "window");
    return { standing: S.order[0], rank: cause.rank, time: time ? time.reason : "", sources: unique(spoken.map((/** @type {any} */ e) => e.source)).slice(0, S.sources), incidence: unique(early.map((/** @type {any} */ e) => e.quantity + " [" + e.source + "]")).slice(0, S.quantities) };
  }

  /** Groups of a drug, the nearest first; those of its name's stem where it has no term. @param {number | undefined} n @param {string[]} classes */
  function groupsOf(n, classes) {
    if (n !== undefined) return S.groups[n] || [];
    const depth = (/** @type {number} */ g) => [-W.above(g).size, g], known = classes.flatMap((c) => W.number(c) ?? []);
    return known.flatMap((c) => W.up(c).sort((a, b) => LK.compare(depth(a), depth(b)))).filter((g) => g !== S.anyDrug);
  }

  /** @param {number | undefined} n @param {number[]} groups @param {any} answer @param {Set<number>} near @param {boolean} labelled @param {LKNode.Link[]} against */
  function standingOf(n, groups, answer, near, labelled, against) {
    const id = n === undefined ? "" : W.id(n), isIt = (/** @type {any} */ c) => c.id === id, holds = (/** @type {any} */ c) => c.variants.some((/** @type {any} */ v) => v.id === id);
    const told = answer.causes.filter((/** @type {any} */ c) => c.tier !== NO_EVIDENCE), own = told.find(isIt) || told.find(holds), out = answer.struck_out.find(isIt);
    if (own) return explaining(own);
    if (out) return { standing: "struck out", reason: out.struck };
    const claims = (/** @type {number} */ subject) => (S.claims[subject] || []).map((l) => T.links[l]), isNear = (/** @type {LKNode.Link} */ link) => near.has(link[2]) && link[4].some(isFor);
    const group = groups.find((g) => claims(g).some(isNear));
    if (group !== undefined) return { standing: CLASS_ONLY, classes: [plain(W.label(group))], sources: sourcesOf(claims(group).filter(isNear), true) };
    if (!answer.findings.length) return { standing: "nothing to explain" };
    if (labelled) return { standing: "label lists it" };
    const others = unique(claims(n ?? -1).filter((link) => link[4].some(isFor) && W.kindOf(link[2]) === "finding").map((link) => W.label(link[2]))).sort();
    if (against.length) return { standing: "evidence speaks against", other_findings: others };
    return others.length ? { standing: ANY, other_findings: others } : { standing: "known drug, nothing found" };
  }

  /** @param {any} d */
  function say(d) {
    const name = d.standing === "name not known" ? d.text || d.label : d.label.toLowerCase() === d.text.toLowerCase() || !d.text ? d.label : d.text + " (" + d.label + ")";
    const lists = "a product label lists " + d.label_lists.join(", ") + ", which is no causal evidence", speaks = d.standing === "evidence speaks against";
    const words = () => (S.said[d.standing] || "").replace("{reason}", d.reason).replace("{others}", d.other_findings.join(", ")) + (speaks ? cite(d.against) : "");
    const standing = d.standing === S.order[0] ? "could explain it, rank " + d.rank + cite(d.sources) : d.standing === CLASS_ONLY ? CLASS_ONLY + " (" + d.classes.join(", ") + ")" + (d.rank ? ", rank " + d.rank : "") + cite(d.sources) : d.standing === "label lists it" ? lists : words();
    const more = [d.time, ...d.incidence.map((/** @type {string} */ q) => "incidence " + q), d.label_lists.length && d.standing !== "label lists it" ? lists : "", speaks && d.other_findings.length ? "evidence for " + d.other_findings.join(", ") : "", d.against.length && !speaks ? "against it" + cite(d.against) : "", d.suggestions.length ? "did you mean " + d.suggestions.join(", ") + "?" : ""];
    return name + ": " + [standing, ...more.filter(Boolean)].join("; ");
  }

  /** Lines for the drugs of a case, those that could explain the findings first. @param {LKNode.Resolved} resolved @param {any} answer */
  LK.drugsGiven = function (resolved, answer) {
    const targets = answer.findings.map((/** @type {any} */ f) => W.number(f.id)), near = new Set(targets.flatMap((/** @type {number} */ n) => [...W.above(n), ...W.below(n)]));
    const told = resolved.drugs.map((drug) => {
      const n = W.number(drug.term), blank = { text: drug.text ?? "", label: plain(drug.label), term: drug.term, rank: 0, time: "", reason: "", incidence: [], classes: [], other_findings: [], sources: [], against: /** @type {string[]} */ ([]), label_lists: /** @type {string[]} */ ([]), suggestions: drug.suggestions || [] };
      if (drug.known === false) return { ...blank, standing: "name not known" };
      const label_lists = unique(answer.label_lists.filter((/** @type {any} */ item) => item.taken && drug.term && item.id === drug.term).map((/** @type {any} */ item) => item.finding + " [" + item.source + "]"));
      const against = (S.claims[n ?? -1] || []).map((l) => T.links[l]).filter((link) => near.has(link[2]) && !link[4].every(isFor));
      return { ...blank, label_lists, against: sourcesOf(against, false), ...standingOf(n, groupsOf(n, drug.classes || []), answer, near, label_lists.length > 0, against) };
    });
    const key = (/** @type {any} */ d) => [S.order.indexOf(d.standing), d.rank, d.label];
    return told.map((d) => ({ ...d, said: say(d) })).sort((a, b) => LK.compare(key(a), key(b)));
  };
});
