// @ts-check
"use strict";
/* Typed values -> readings and signs, by the steps in the page: which finding holds from which value on, for this patient.
   Values of one sample are taken together as in `kg/case/values/samples.py`. */
LK.parts.push(function () {
  const W = LK.world;
  if (!W) return;
  const J = LK.data.judged, say = LK.wording.general, tidy = (/** @type {number} */ x) => Number(x.toPrecision(12));
  /** @typedef {{test: string, value: number, bound: string, days: number, how: string, refused?: string}} Measured */

  /** The value in the unit of its test, or why it cannot be. @param {LKNode.Lab} lab @returns {Measured} */
  function measure(lab) {
    const name = lab.unit === "%" && J.shares[lab.test] ? J.shares[lab.test] : lab.test, test = J.tests[name], unit = lab.unit || (test ? test.unit : "");
    const measured = { test: name, value: lab.value, bound: lab.bound || "", days: lab.days_ago || 0, how: "" };
    if (!test) return { ...measured, refused: "this page has no limit for it" };
    const [factor, offset] = unit === test.unit ? [1, 0] : test.units[LK.plainUnit(unit)] || [NaN, 0], value = factor === 1 ? lab.value : tidy(lab.value * factor + offset);
    if (Number.isNaN(value)) return { ...measured, refused: "this page does not know the unit " + unit };
    const [low, high] = test.possible;
    return { ...measured, value, ...(value < low || value > high ? { refused: test.short + " cannot be " + say(value) + " " + test.unit + ": check the unit" } : {}) };
  }

  /** Values of one time, by test. @param {Measured[]} values @returns {[number, Map<string, Measured[]>][]} */
  function samples(values) {
    const found = /** @type {[number, Map<string, Measured[]>][]} */ ([]);
    for (const m of [...values].sort((a, b) => a.days - b.days || (J.tests[a.test].id < J.tests[b.test].id ? -1 : 1) || a.value - b.value)) {
      if (!found.length || m.days - found[found.length - 1][0] > J.sameTime) found.push([m.days, new Map()]);
      const sample = found[found.length - 1][1];
      sample.set(m.test, [...(sample.get(m.test) || []), m]);
    }
    return found;
  }
  const isUpper = (/** @type {Measured} */ m) => ["", "<", "<="].includes(m.bound), isLower = (/** @type {Measured} */ m) => ["", ">", ">="].includes(m.bound);

  /** What cannot be: a line above the total of its sample. @param {Measured[]} values */
  function impossible(values) {
    return samples(values).flatMap(([, sample]) => {
      const totals = (sample.get(J.total) || []).filter(isUpper).map((m) => m.value), total = Math.max(...totals);
      const lines = J.lines.flatMap((line) => sample.get(line) || []).filter(isLower);
      return lines.filter((m) => totals.length && m.value > total * (1 + 1e-9)).map((m) => ({ ...m, of: m, refused: J.tests[m.test].short + " " + say(m.value) + " is above the WBC " + say(total) + " of the same time" }));
    });
  }

  /** Counts from the total and the share of one sample. @param {Measured[]} values @returns {Measured[]} */
  function fromShares(values) {
    return samples(values).flatMap(([days, sample]) => {
      const [total] = (sample.get(J.total) || []).sort((a, b) => a.value - b.value);
      return Object.entries(J.shares).filter(([line, share]) => total && !sample.has(line) && sample.has(share)).map(([line, share]) => {
        const percent = /** @type {Measured[]} */ (sample.get(share))[0].value;
        return { test: line, value: tidy((total.value * percent) / 100), bound: total.bound, days, how: "WBC " + say(total.value) + " x " + say(percent) + " %" };
      });
    });
  }

  /** A line without a count of its own is no more than the total, less the other lines. @param {Measured[]} values @returns {Measured[]} */
  function fromTotals(values) {
    return samples(values).flatMap(([days, sample]) => {
      const [total] = (sample.get(J.total) || []).filter(isUpper).sort((a, b) => a.value - b.value);
      return J.bounded.filter((line) => total && !sample.has(line)).map((line) => {
        const others = Object.keys(J.shares).filter((other) => other !== line && sample.has(other)).map((other) => /** @type {Measured[]} */ (sample.get(other))[0]).filter(isLower);
        const value = tidy(Math.max(total.value - others.reduce((sum, m) => sum + m.value, 0), 0));
        return { test: line, value, bound: "<=", days, how: "no more than the WBC " + say(total.value) + others.map((m) => " less " + J.tests[m.test].short + " " + say(m.value)).join("") };
      });
    });
  }

  /** Names of the groups of patients that somebody may belong to, the narrowest first. @param {LKNode.Patient} p */
  function groupsOf(p) {
    const sex = p.sex.toLowerCase(), pregnant = p.pregnant ? "pregnant" : "";
    return [pregnant, ""].flatMap((third) => [[sex, p.duffy], [sex, ""], ["", p.duffy], ["", ""]].map((pair) => [...pair, third].join("|")));
  }
  /** The step that holds a value; a bound that is not reached itself stands beside it. @param {Measured} m @param {LKNode.Patient} patient */
  function meaningOf(m, patient) {
    const test = J.tests[m.test], age = patient.age === null ? J.adult : patient.age, groups = test.patients;
    const group = groupsOf(patient).find((key) => key in groups) || "||";
    const band = test.ages.filter((from) => from <= age).length - 1, steps = groups[group][band][m.bound.startsWith("<") ? 1 : m.bound.startsWith(">") ? 2 : 0];
    let found = steps[2];
    for (let i = 0; i < steps.length; i += 3) {
      const [from, includes, meaning] = steps.slice(i, i + 3), beside = m.bound === "<" ? from < m.value : m.bound === ">" ? from <= m.value : includes ? from <= m.value : from < m.value;
      if (beside) found = meaning;
    }
    return J.meanings[found];
  }

  /** @param {Measured} m @param {LKNode.Patient} patient */
  function judge(m, patient) {
    const test = J.tests[m.test], { reading, signs } = meaningOf(m, patient);
    const found = signs.map(([term, present]) => ({ term, label: W.label(/** @type {number} */ (W.number(term))), present: !!present, text: test.label + " " + say(m.value), days: m.days, place: "labs" }));
    if (!reading || (m.bound && m.how && !reading[0])) return { reading: null, signs: found };
    const [decides, normal, rule, source, competing, assumptions, group, onLimit] = reading, how = m.how.startsWith("no more") && rule ? "; " + test.short + " " + m.how : "";
    const text = test.short + " " + (m.bound ? m.bound + " " : "") + say(Number(m.value.toPrecision(10))) + (m.how && !m.bound ? " (" + m.how + ")" : "");
    return { signs: found, reading: { test: test.id, label: test.label, value: m.value, unit: test.unit, days_ago: m.days, bound: m.bound, decides, normal_for: group || "", on_limit: !!onLimit, normal: !!normal, rule: J.texts[rule] + how, source: J.texts[source], competing: competing.map((n) => J.texts[n]), assumptions: assumptions.map((n) => J.texts[n]), text } };
  }

  /** Readings and signs of all typed values. @param {LKNode.Lab[]} labs @param {LKNode.Patient} patient @param {LKNode.Missed[]} missed */
  LK.judgeValues = function (labs, patient, missed) {
    const refuse = (/** @type {Measured[]} */ list) => list.forEach((m) => missed.push({ kind: "test", text: m.test + " " + say(m.value), reason: m.refused || "" }));
    const every = labs.map(measure), given = every.filter((m) => !m.refused), above = impossible(given), possible = given.filter((m) => !above.some((a) => a.of === m));
    refuse([...every.filter((m) => m.refused), ...above]);
    const counted = new Set(possible.filter((m) => J.lines.includes(m.test) || m.test === J.total).map((m) => m.days)), shares = Object.values(J.shares);
    refuse(possible.filter((m) => shares.includes(m.test) && !counted.has(m.days)).map((m) => ({ ...m, refused: J.shareAlone })));
    const counts = [...possible, ...fromShares(possible)], all = [...counts, ...fromTotals(counts)];
    const judged = samples(all).flatMap(([, sample]) => [...sample.values()].flat()).map((m) => judge(m, patient));
    return { readings: judged.flatMap((j) => j.reading || []), signs: judged.flatMap((j) => j.signs) };
  };
});
