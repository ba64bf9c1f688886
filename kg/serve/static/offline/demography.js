// @ts-check
"use strict";
/* Who the patient is -> parts: how common a cause is at all, at this age, in this sex; earlier normal counts.
   The same rules as `kg/reasoning/model/demography.py` and `shares.py`. */
LK.parts.push(function () {
  const W = LK.world;
  if (!W) return;
  const T = W.tables, C = T.constants, { value, reason } = W;

  /** Commonness of all causes of a kind together. @type {Map<string, number>} */
  const masses = new Map();
  function mass(/** @type {string} */ kind) {
    if (!masses.size) for (const cause of W.causes) masses.set(W.kindOf(cause), (masses.get(W.kindOf(cause)) || 0) + LK.features.commonness(cause));
    return masses.get(kind) || 1;
  }

  /** The finding of the cohorts that stands for a case. @param {number[]} targets */
  function familyOf(targets) {
    const rows = T.targets.filter((row) => targets.includes(row[0])), isCohort = (/** @type {number} */ n) => n in T.cohorts;
    const near = rows.map((row) => row[1]), several = rows.filter((row) => row[2] && isCohort(row[1])).map((row) => row[1]);
    const known = [several, near.filter(isCohort), near.flatMap((n) => [...W.above(n)]).filter(isCohort)].find((list) => list.length) || [];
    const best = known.sort((a, b) => a - b).reduce((/** @type {number | null} */ top, n) => (top === null || T.cohorts[n] > T.cohorts[top] ? n : top), null);
    return best === null ? "" : String(best);
  }

  /** What is expected of a cause before anything else is known. @param {LKNode.Case} given */
  function expectation(given) {
    const group = given.age === null ? -1 : C.ageTops.findIndex((top) => top === null || /** @type {number} */ (given.age) < top);
    const [kinds, causes] = T.shares[familyOf(given.targets)].at(group) || [[], {}];
    const kindShare = (/** @type {string} */ kind) => kinds[C.kindsInOrder.indexOf(kind)];
    const weigh = (/** @type {number} */ share) => value("prior.scale") * Math.log(Math.max(share, value("prior.floor")) / C.among);
    return (/** @type {number} */ cause, /** @type {boolean} */ exposed) => {
      const kind = W.kindOf(cause), part = (/** @type {number} */ share, /** @type {string} */ why) => ({ weight: weigh(share), factor: "prior", label: kind, reason: why });
      if (W.isDrug(cause)) return part(kindShare("drug") / (exposed ? 1 : value("prior.drugs")), exposed ? "drugs as a kind" : "one of many drugs");
      const own = (LK.features.commonness(cause) / mass(kind)) * kindShare(kind), named = causes[cause] || 0;
      if (named > own) return part(named, LK.wording.percent(named, 1) + " of those with the finding in cohorts");
      return part(own, C.commonness[T.commonness[cause]] + " among causes of its kind");
    };
  }

  const least = (/** @type {number} */ days) => Math.max(days, C.youngest);
  /** Doublings between an age and a span of ages. @param {number} age @param {number[]} span */
  const distance = (age, [low, high]) => Math.max(0, Math.log2(least(low) / least(age)), Math.log2(least(age) / least(high)));
  const years = (/** @type {number} */ days) => LK.wording.general(days / C.year, 3) + " years";

  /** @param {number} cause @param {number | null} age @returns {LKNode.Part | null} */
  function weighAge(cause, age) {
    const spans = T.ages[cause] || [];
    if (age === null || !spans.length) return null;
    const nearest = spans.reduce((best, span) => (distance(age, span) < distance(age, best) ? span : best)), doublings = distance(age, nearest);
    if (!doublings) return null;
    return { weight: Math.max(value("age.lowest"), value("age.outside") * doublings), factor: "age", label: "age", reason: "reported at " + years(nearest[0]) + " to " + years(nearest[1]) };
  }

  /** @param {number} cause @param {string} sex @returns {LKNode.Part | null} */
  function weighSex(cause, sex) {
    const found = (T.sexes[cause] || {})[sex.toLowerCase()];
    return found ? { weight: found[0], factor: "sex", label: sex.toLowerCase(), reason: found[1] } : null;
  }

  /** What an earlier normal count says against a constant cause. @param {LKNode.Case} given */
  function earlier(given) {
    const constant = new Set(T.constant), lows = given.readings.filter((r) => r.decides).map((r) => r.days_ago), latest = lows.length ? Math.min(...lows) : 0;
    const normal = given.readings.filter((r) => r.normal && !r.decides && r.days_ago > latest);
    const oldest = normal.length ? normal.reduce((top, r) => (r.days_ago > top.days_ago ? r : top)) : null, say = LK.wording.general;
    return (/** @type {number} */ cause) => (oldest && constant.has(cause) ? { weight: value("earlier normal"), factor: "time", label: oldest.label + " " + say(oldest.value) + " " + say(oldest.days_ago) + " days ago", reason: reason("earlier normal") } : null);
  }

  LK.demography = { expectation, weighAge, weighSex, earlier };
});
