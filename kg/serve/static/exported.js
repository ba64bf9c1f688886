"use strict";
/* The exported page: names to terms, values to findings by the limits in the page, the answer in the form of the server. */
LK.parts.push(function () {
  const data = LK.data;
  if (!data.offline) return;
  const T = data.tables, byName = new Map();
  for (const entry of data.vocabulary) for (const [i, name] of [entry[0], ...entry[2]].entries()) {
    const key = LK.fold(name).trim();
    byName.set(key, [...(byName.get(key) || []), { id: entry[3][0].toUpperCase(), kind: entry[1], first: i === 0, label: entry[0] }]);
  }
  const ids = new Map(T.terms.map((term) => [term[0].toUpperCase(), term[0]]));
  const numbers = new Map(T.terms.map((term, i) => [term[0], i]));
  const DRUGS = ["drug", "drug group", "combined cause"];

  function find(text, wanted) {
    const found = (byName.get(LK.fold(text).trim()) || []).filter((hit) => ids.has(hit.id) && wanted(hit.kind));
    return found.sort((a, b) => order(a) - order(b))[0];
  }
  const order = (hit) => ["finding", "feature"].indexOf(hit.kind) * -1 + (hit.first ? 0 : 2);

  /* What a value means: the step of its test that holds it. */
  function judge(lab, refused) {
    const value = lab.value * (lab.unit in data.factors ? data.factors[lab.unit] : 1), steps = data.labs[lab.test];
    if (lab.unit === "%") { refused.push({ text: lab.test + " " + lab.value + " %", reason: "a percentage needs the total count and the server" }); return null; }
    const step = (steps || []).find(([low, high, fromLow, toHigh]) => (low < value || (fromLow && low === value)) && (value < high || (toHigh && value === high)));
    if (!step || step[4].refused) { refused.push({ text: lab.test + " " + lab.value, reason: step ? step[4].refused : "this page has no limit for it" }); return null; }
    return { ...step[4], value, test: lab.test, days: lab.days_ago || 0 };
  }

  function resolve(given) {
    const found = { observations: [], drugs: [], given: [], readings: [], complete: !!given.drugs_complete, age: ageOf(given.patient), missed: [], rules: [] };
    const judged = given.labs.map((lab) => judge(lab, found.missed)).filter(Boolean), own = new Set(judged.map((j) => (j.readings[0] || [])[0]));
    for (const j of judged) {
      for (const [i, [label, decides, decidesLabel, normal, rule, source, test, bound]] of j.readings.entries()) {
        if (j.test === "WBC" && judged.length > 1 && /no more than the WBC/.test(rule) && own.has(label) && judged.some((o) => o.test !== "WBC" && o.readings.some((r) => r[0] === label))) continue;
        found.readings.push({ test, bound, label, decides, decidesLabel, normal: !!normal, rule, source, value: j.value, days_ago: j.days, text: j.test + " " + j.value, first: i === 0 });
      }
      for (const [term, label, present] of j.signs) found.observations.push({ term, label, present: !!present, text: label + " " + j.value });
    }
    for (const f of given.findings) {
      const hit = find(f.text, (kind) => !DRUGS.includes(kind)) || find(f.text, () => true);
      if (hit) found.observations.unshift({ term: ids.get(hit.id), label: hit.label, present: f.status === "present", text: f.text });
      else found.missed.push({ text: f.text, reason: "" });
    }
    for (const d of given.drugs) {
      const hit = find(d.name, (kind) => DRUGS.includes(kind)) || find(d.name.replace(/ exposure$/, "") + " exposure", (kind) => DRUGS.includes(kind));
      const n = hit ? numbers.get(ids.get(hit.id)) : undefined;
      found.given.push({ n, text: d.name, label: hit ? hit.label.replace(/ exposure$/, "") : d.name });
      if (hit) found.drugs.push({ term: ids.get(hit.id), label: hit.label, start: d.days_since_start, stop: d.days_since_stop });
      else found.missed.push({ text: d.name, reason: "" });
    }
    return found;
  }
  const DAYS = { Y: 365.25, M: 30.4375, D: 1 };
  const ageOf = (patient) => { const m = /^P([\d.]+)([YMD])$/.exec((patient || {}).age || ""); return m ? m[1] * DAYS[m[2]] : null; };

  /* ---- the answer in the form of `kg schema answer`, as far as a page without evidence can go */
  function causeOf(c, rank, given) {
    const [id, label, kind, family] = T.terms[c.cause], told = new Set(c.parts.map((p) => p.term));
    const chains = [...c.reached].flatMap(([target, { routes }]) => routes.slice(0, 3).map((route) => chainOf(route, target)));
    const missing = given.observations.filter((o) => o.present && !told.has(o.term) && /^(feature|gene|consequence)$/.test((T.terms.find((t) => t[0] === o.term) || [])[2] || ""));
    return { id, label, kind, family, rank, tier: T.tiers[c.tier][0], score: c.score, contributions: c.parts, chains, mechanisms: [], not_checked: [], not_explained: missing.map((o) => o.label), struck: c.struck, remarks: [] };
  }
  function chainOf(route, target) {
    const steps = route.map((l) => T.links[l]).map(([s, predicate, o, some, , sources]) => ({ subject: T.terms[s][0], subject_label: T.terms[s][1], predicate, object: T.terms[o][0], object_label: T.terms[o][1], scope: some ? "some" : "all", asserted: true, struck: "",
      evidence: sources.map((n) => ({ source: T.sources[n], kind: "source", direction: "supports", quantity: "", gist: "" })) }));
    return { finding: T.terms[target][0], steps, weakest: "" };
  }

  /* What the page can say of each given drug; the words are those of `kg/answer/drugs.py`. */
  function drugsGiven(found, ranked) {
    const S = T.standing, place = new Map(ranked.causes.map((c, i) => [c.cause, [i + 1, c]])), struck = new Map(ranked.struck.map((c) => [c.cause, c]));
    const near = new Set(ranked.targets.flatMap((t) => S.near[t] || [])), name = (n) => T.terms[n][1].replace(/ exposure$/, "");
    const order = ["could explain it", "only its class has evidence", "label lists it", "struck out", "evidence speaks against", "nothing to explain", "known drug, nothing found", "name not known"];
    const say = (d) => {
      if (d.n === undefined) return ["name not known", "name not known to this page, which holds fewer names than the server"];
      const hit = place.get(d.n), group = ((S.groups[d.n] || []).find(([, found]) => found.some((f) => near.has(f))) || [])[0], lists = S.labels.filter(([drug, finding]) => drug === d.n && near.has(finding)).map(([, finding, source]) => name(finding) + " [" + source + "]");
      const time = hit ? (hit[1].parts.find((p) => p.factor === "window") || {}).reason : "", listed = lists.length ? "; a product label lists " + lists.join(", ") + ", which is no causal evidence" : "";
      if (hit && T.tiers[hit[1].tier][0] !== "class_evidence") return ["could explain it", "could explain it, rank " + hit[0] + (time ? "; " + time : "") + listed];
      if (hit || group !== undefined) return ["only its class has evidence", "only its class has evidence" + (group === undefined ? "" : " (" + name(group) + ")") + (hit ? ", rank " + hit[0] : "") + listed];
      if (struck.has(d.n)) return ["struck out", "struck out: " + struck.get(d.n).struck];
      if (!ranked.targets.length) return ["nothing to explain", "there is no low count to explain"];
      if (lists.length) return ["label lists it", "a product label lists " + lists.join(", ") + ", which is no causal evidence"];
      if (S.against.some(([drug, finding]) => drug === d.n && near.has(finding))) return ["evidence speaks against", "evidence speaks against it"];
      return ["known drug, nothing found", "known drug, nothing found in our sources: absence of evidence, not safety"];
    };
    return found.given.map((d) => { const [standing, said] = say(d); return { text: d.text, label: d.label, standing, said: (d.label === d.text ? d.text : d.text + " (" + d.label + ")") + ": " + said }; }).sort((a, b) => order.indexOf(a.standing) - order.indexOf(b.standing));
  }

  LK.solve = async function (given) {
    const found = resolve(given), ranked = LK.rank(found), causes = ranked.causes.map((c, i) => causeOf(c, i + 1, found));
    const explained = new Set(ranked.causes.flatMap((c) => [...c.reached.keys()])), all = ranked.targets.every((t) => explained.has(t));
    return {
      status: !ranked.targets.length ? "no_finding" : !explained.size ? "none_in_scope" : all ? "explained" : "partly",
      findings: ranked.targets.map((t) => ({ id: T.terms[t][0], label: T.terms[t][1], value: (found.readings.find((r) => r.decides === T.terms[t][0]) || {}).text })),
      causes, struck_out: ranked.struck.map((c, i) => causeOf(c, i + 1, found)), to_ask: ranked.asked.map((c) => ({ label: T.terms[c.cause][1], question: "taken in the last weeks?" })),
      label_lists: [], drugs_given: drugsGiven(found, ranked), no_bearing: [], not_understood: found.missed.map((m) => ({ ...m, suggestions: [] })), alerts: ranked.alerts, sets: [],
      readings: found.readings.map((r) => ({ text: r.text, days_ago: r.days_ago, rule: r.rule, source: r.source, competing: [] })),
      assumptions: ["values are judged one by one by the limits for adults; children, sex, Duffy phenotype and percentages need the server"],
      coverage: { considered: T.terms.filter((t) => t[3]).length, explaining: causes.length, struck_out: ranked.struck.length, to_ask: ranked.asked.length, not_addressed: 0 },
      versions: data.versions, disclaimer: data.disclaimer,
    };
  };
});
