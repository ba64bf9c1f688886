// @ts-check
"use strict";
/* What must not wait: the rows of the alert table, evaluated over terms and over values in their time as `kg/reasoning/alerts.py`
   does. Never looks at the words of the input. */
LK.parts.push(function () {
  const W = LK.world;
  if (!W) return;
  const A = W.tables.alarm, say = LK.wording.general, plain = (/** @type {string} */ label) => label.replace(/ exposure$/, "");
  const within = (/** @type {number | null} */ window, /** @type {number | null | undefined} */ days) => window === null || (days || 0) <= window;

  /** What of a case shows a sign, in words; empty where nothing does. @param {LKNode.Sign} sign @param {LKNode.Resolved} given */
  function show([kind, subject, comparator, limit, window], given) {
    if (kind === "value") return showValue(comparator, limit, given.readings.filter((r) => r.test === subject && within(window, r.days_ago)));
    const terms = /** @type {number[]} */ (subject), isIn = (/** @type {string} */ id) => { const n = W.number(id); return n !== undefined && terms.some((t) => W.above(n).has(t)); };
    if (kind === "term") { const o = given.observations.find((x) => x.present && isIn(x.term) && within(window, x.days)); return o ? o.text || o.label : ""; }
    const drug = given.drugs.find((d) => terms.includes(W.number(d.term) ?? -1) && within(window, d.stop));
    return drug ? plain(drug.label) : "";
  }

  /** The worst of the values that count: the newest exact ones, and bounds that are no older than they.
   * @param {string} comparator @param {number | null} limit @param {LKNode.Reading[]} own */
  function showValue(comparator, limit, own) {
    const low = comparator[0] === "<", holds = (/** @type {number} */ v) => limit !== null && (v === limit ? comparator.length === 2 : low ? v < limit : v > limit);
    const telling = own.filter((r) => !r.bound || (r.bound[0] === "<") === low), newest = Math.min(Infinity, ...telling.filter((r) => !r.bound).map((r) => r.days_ago));
    const [worst] = telling.filter((r) => r.days_ago <= newest && holds(r.value)).sort((a, b) => (low ? a.value - b.value : b.value - a.value) || a.days_ago - b.days_ago);
    if (!worst) return "";
    return (A.short[worst.test || ""] || worst.label) + " " + (A.bounds[worst.bound || ""] || "") + say(worst.value) + (worst.days_ago ? ", " + say(worst.days_ago) + " days ago" : "");
  }

  /** Alerts of a case, worst first. */
  LK.alerts = function (given) {
    const age = given.age ?? A.adult, shown = Object.fromEntries(Object.entries(A.signs).map(([name, ways]) => [name, ways.reduce((found, way) => found || show(way, given), "")]));
    const holding = A.rules.filter(([signs, from, to]) => signs.every((name) => shown[name]) && from <= age && (to === null || age < to));
    return holding.map((rule) => rule[3].replace(/\{([^}]+)\}/g, (_, name) => shown[name]));
  };
});
