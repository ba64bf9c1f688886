// @ts-check
"use strict";
/* What points to which cause: P(feature | cause), P(feature) over all causes, and the weight of a sign.
   The same formulas as `kg/reasoning/model/features.py`. Knows no case. */
LK.parts.push(function () {
  const W = LK.world;
  if (!W) return;
  const T = W.tables, C = T.constants, value = W.value;
  /** @typedef {{feature: number, p: number, stated: boolean}} FeatureLink */

  const own = W.remember((bearer) => {
    const [steps, told] = T.features[bearer] || [[], []];
    return W.unpack(steps).map((feature, i) => ({ feature, p: T.chances[told[i]][0], stated: !!T.chances[told[i]][1] }));
  });
  /** Features of a cause, of the classes above it, of its mechanisms: the nearest statement wins. */
  const of = W.remember((cause) => {
    /** @type {Map<number, FeatureLink>} */
    const merged = new Map();
    for (const bearer of T.bearers[cause] || [cause]) for (const link of own(bearer)) if (!merged.has(link.feature)) merged.set(link.feature, link);
    return merged;
  });
  /** @type {Map<number, number[]> | undefined} */
  let index;
  /** Causes by the feature that they can present with. */
  function showing() {
    if (!index) {
      index = new Map();
      for (const cause of W.causes) for (const feature of of(cause).keys()) index.set(feature, [...(index.get(feature) || []), cause]);
    }
    return index;
  }

  const commonness = W.remember((cause) => Math.exp(value("prior." + T.constants.commonness[T.commonness[cause]])));
  const completeness = (/** @type {number} */ cause) => of(cause).size / (of(cause).size + value("completeness.half"));
  let mass = 0;
  const listed = () => (mass = mass || W.causes.filter((c) => of(c).size > C.listed).reduce((sum, c) => sum + commonness(c), 0) || 1);

  /** P(observed | cause) of the causes that list it or a kind of it. */
  const chances = W.remember((observed) => {
    /** @type {Map<number, number>} */
    const missing = new Map(), exact = new Map();
    for (const feature of W.below(observed)) for (const cause of showing().get(feature) || []) {
      const { p } = /** @type {FeatureLink} */ (of(cause).get(feature));
      missing.set(cause, (missing.has(cause) ? /** @type {number} */ (missing.get(cause)) : 1) * (1 - p));
      if (feature === observed) exact.set(cause, p);
    }
    return new Map([...missing].map(([cause, gap]) => [cause, exact.has(cause) ? /** @type {number} */ (exact.get(cause)) : Math.min(1 - gap, C.anyKind)]));
  });
  /** P(observed) over all causes with a presentation, each counted by how common it is. */
  const overall = W.remember((observed) => {
    const found = [...chances(observed)].reduce((sum, [cause, p]) => sum + commonness(cause) * p, 0);
    return Math.min(Math.max(found / listed(), value("floor." + W.sortOf(observed))), C.commonest);
  });
  const leakOf = (/** @type {number} */ feature) => value("leak." + W.sortOf(feature));

  /** Feature of a cause that an observed sign is, is a kind of, or is wider than; and the sign whose figure holds.
   * @param {number} cause @param {number} observed @returns {[FeatureLink, number] | null} */
  function match(cause, observed) {
    const links = of(cause), same = links.get(observed), depth = (/** @type {FeatureLink} */ l) => W.above(l.feature).size;
    if (same) return [same, observed];
    const best = (/** @type {Set<number>} */ terms, /** @type {(l: FeatureLink) => number[]} */ key) => {
      const found = [...terms].flatMap((n) => links.get(n) || []);
      return found.length ? found.reduce((top, link) => (LK.compare(key(link), key(top)) > 0 ? link : top)) : null;
    };
    const wider = best(W.above(observed), (l) => [depth(l), l.p, l.feature]);
    if (wider) return [wider, wider.feature];
    const nearer = best(W.below(observed), (l) => [l.p, l.feature]);
    return nearer ? [nearer, observed] : null;
  }

  /** What a present sign says of one cause. @param {number} cause @param {number} observed @param {boolean} follows */
  function row(cause, observed, follows) {
    const matched = match(cause, observed);
    if (!matched) return null;
    const [link, named] = matched, p = named !== observed ? link.p : /** @type {number} */ (chances(observed).get(cause));
    const floor = follows ? value("consequence") : 0, expected = Math.max(overall(named), floor), leak = Math.max(overall(named) * leakOf(named), floor);
    return { cause, link, weight: Math.log((1 - (1 - p) * (1 - leak)) / expected) };
  }
  /** Causes that a sign may speak for. @param {number} observed */
  function touched(observed) {
    const near = new Set([...W.above(observed), ...W.below(observed)]);
    return new Set([...near].flatMap((n) => showing().get(n) || []));
  }

  LK.features = {
    of, commonness, completeness,
    showing: (feature) => showing().get(feature) || [],
    silence: (observed) => Math.log(leakOf(observed)),
    rows: (observed, follows) => [...touched(observed)].flatMap((cause) => row(cause, observed, follows) || []),
    absence(cause, feature, follows) {
      const p = /** @type {number} */ (chances(feature).get(cause)), floor = follows ? value("consequence") : 0;
      return Math.min(0, Math.log((1 - p) / (1 - Math.min(Math.max(overall(feature), floor), C.anyKind))));
    },
  };
});
