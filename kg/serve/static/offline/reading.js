// @ts-check
"use strict";
/* The exported page: the form's case -> a resolved case, by the names and steps in the page, and its answer.
   The same merging as `kg/case/resolve.py`; texts are read by their names only. */
LK.parts.push(function () {
  const W = LK.world;
  if (!W) return;
  const T = W.tables, DRUGS = T.constants.drugKinds, LAST = ["finding", "feature"];
  /** @typedef {{n: number, first: boolean}} Hit */
  /** @type {Map<string, Hit[]>} */
  const byName = new Map();
  for (const [n, ...synonyms] of LK.data.names) for (const [i, name] of [W.label(n), ...synonyms].entries()) {
    const key = LK.fold(name).trim();
    byName.set(key, [...(byName.get(key) || []), { n, first: i === 0 }]);
  }
  const order = (/** @type {Hit} */ hit) => -LAST.indexOf(W.kindOf(hit.n)) + (hit.first ? 0 : 2);
  /** @param {string} text @param {(kind: string) => boolean} wanted */
  function find(text, wanted) {
    const hits = (byName.get(LK.fold(text).trim()) || []).filter((hit) => wanted(W.kindOf(hit.n)));
    return hits.sort((a, b) => order(a) - order(b))[0];
  }
  const isDrug = (/** @type {string} */ kind) => DRUGS.includes(kind);

  /** Present before absent, newest first, one for a term; what is stated goes before what a value says. */
  function merge(/** @type {any[]} */ stated, /** @type {any[]} */ derived) {
    const found = new Map(), rank = (/** @type {any} */ o) => [Number(!o.present), o.days || 0, o.text];
    for (const group of [stated, derived]) for (const o of [...group].sort((a, b) => LK.compare(rank(a), rank(b)))) if (!found.has(o.term)) found.set(o.term, o);
    return [...found.values()];
  }

  /** Red cells, platelets and white cells low in one case are a finding of their own. */
  function threeLines(/** @type {any[]} */ observations, /** @type {any[]} */ readings) {
    const [several, ...lines] = LK.data.judged.threeLines, number = (/** @type {string} */ id) => W.number(id) ?? -1;
    const above = new Set(observations.filter((o) => o.present).flatMap((o) => [...W.above(number(o.term))]));
    const [white, red, platelets] = lines.map((terms) => terms.some((id) => above.has(number(id))));
    if (!several || !(white || readings.some((r) => r.decides)) || !red || !platelets || above.has(number(several))) return [];
    return [{ term: several, label: W.label(number(several)), present: true, text: "three lines low", days: 0 }];
  }

  /** @param {any} given the case of `kg schema case` */
  function resolve(given) {
    const patient = { age: ageOf(given.patient), sex: (given.patient || {}).sex || "", duffy: (given.patient || {}).duffy || "", pregnant: false };
    const missed = /** @type {LKNode.Missed[]} */ ([]), stated = /** @type {any[]} */ ([]), drugs = /** @type {any[]} */ ([]);
    for (const f of given.findings) {
      const hit = find(f.text, (kind) => !isDrug(kind)) || find(f.text, () => true);
      if (hit) stated.push({ term: W.id(hit.n), label: W.label(hit.n), present: f.status === "present", text: f.text });
      else missed.push({ kind: "finding", text: f.text, reason: "" });
    }
    for (const d of given.drugs) {
      const hit = find(d.name, isDrug) || find(d.name + " exposure", isDrug);
      if (hit) drugs.push({ term: W.id(hit.n), label: W.label(hit.n), text: d.name, start: d.days_since_start ?? null, stop: d.days_since_stop ?? null });
      else {
        missed.push({ kind: "drug", text: d.name, reason: "" });
        drugs.push({ term: "", label: d.name, text: d.name, start: null, stop: null, known: false });
      }
    }
    const isStated = (/** @type {string[]} */ terms) => stated.some((o) => o.present && terms.includes(o.term));
    if (isStated([LK.data.judged.duffyNull])) patient.duffy = patient.duffy || "null";
    patient.pregnant = isStated(LK.data.judged.pregnant);
    const { readings, signs } = LK.judgeValues(given.labs, patient, missed), duffy = LK.data.judged.duffyNull;
    if (patient.duffy === "null" && duffy) stated.push({ term: duffy, label: W.label(W.number(duffy) ?? 0), present: true, text: "Duffy-null" });
    const merged = merge(stated, signs), observations = [...merged, ...threeLines(merged, readings)];
    const rank = (/** @type {any} */ o) => [Number(!o.present), o.days || 0, o.term, o.text], byLabel = (/** @type {any} */ d) => [d.label, d.term];
    return { observations: observations.sort((a, b) => LK.compare(rank(a), rank(b))), drugs: drugs.sort((a, b) => LK.compare(byLabel(a), byLabel(b))), readings: readings.map((r) => weighLimit(r, observations)), complete: !!given.drugs_complete, age: patient.age, sex: patient.sex, missed };
  }

  /** A count exactly on its limit is no finding; beside another low line it is answered as a low reading. */
  function weighLimit(/** @type {LKNode.Reading} */ reading, /** @type {any[]} */ observations) {
    if (!reading.on_limit) return reading;
    const { lowReadings, threeLines: [, , red, platelets] } = LK.data.judged, low = lowReadings[reading.test || ""];
    const said = reading.text + " stands on the limit, which does not hold", above = new Set(observations.filter((o) => o.present).flatMap((o) => [...W.above(W.number(o.term) ?? -1)]));
    const isLow = (/** @type {string[]} */ terms) => terms.some((id) => above.has(W.number(id) ?? -1)), assumptions = reading.assumptions || [];
    if (!low || !(isLow(platelets) || isLow(red)) || reading.days_ago) return { ...reading, assumptions: [...assumptions, said] };
    const more = "; because " + (isLow(platelets) ? "platelets" : "red cells") + " are low, what could explain a low count is answered";
    return { ...reading, decides: low, assumptions: [...assumptions, said + more] };
  }

  const DAYS = { Y: 365.25, M: 365.25 / 12, D: 1 };
  /** @param {any} patient */
  function ageOf(patient) {
    const m = /^P([\d.]+)([YMD])$/.exec((patient || {}).age || "");
    return m ? Number(m[1]) * DAYS[/** @type {"Y" | "M" | "D"} */ (m[2])] : null;
  }

  LK.resolve = resolve;
  LK.solve = async function (/** @type {any} */ given) {
    const resolved = resolve(given), answer = LK.answerOf(resolved), shown = ["text", "days_ago", "rule", "source", "competing", "label", "value"];
    const pregnancy = "pregnancy: its own limits are used where a source has them; the week is not known", isPregnant = resolved.observations.some((o) => o.present && LK.data.judged.pregnant.includes(o.term));
    const assumed = [...new Set([isPregnant ? pregnancy : "", resolved.age === null && (given.labs.length || given.findings.length) ? "age not given: thresholds for adults are used" : "", ...resolved.readings.flatMap((r) => r.assumptions || [])])].filter(Boolean);
    return { ...answer, not_understood: resolved.missed.map((m) => ({ ...m, suggestions: [] })), assumptions: assumed.sort(),
      readings: resolved.readings.map((r) => Object.fromEntries(shown.map((key) => [key, /** @type {any} */ (r)[key]]))), versions: LK.data.versions, disclaimer: LK.data.disclaimer };
  };
});
