// @ts-check
"use strict";
/* The tables, opened: terms by number, the hierarchy, weights by name. Terms are numbered in the order of their ids.
   Owns how tables are packed; knows nothing of a case. */
LK.parts.push(function () {
  const T = LK.data.tables;
  if (!T) return;
  const numbers = new Map(T.terms.map((term, n) => [term[0], n]));
  const parents = T.terms.map((term) => [...(term[4] || []), ...(term[5] || [])]);
  /** @type {number[][]} */
  const children = T.terms.map(() => []);
  parents.forEach((list, n) => list.forEach((parent) => children[parent].push(n)));

  /** A term and all that can be reached from it. @param {number[][]} edges @returns {(n: number) => Set<number>} */
  function walker(edges) {
    /** @type {Map<number, Set<number>>} */
    const known = new Map();
    return (n) => {
      let seen = known.get(n);
      if (!seen) {
        seen = new Set([n]);
        for (const at of seen) for (const next of edges[at]) seen.add(next);
        known.set(n, seen);
      }
      return seen;
    };
  }

  /** A list that was packed as the steps between its numbers. @param {number[]} steps */
  const unpack = (steps) => { let last = 0; return steps.map((step) => (last += step)); };
  /** What a function says of a number, worked out once. @template V @param {(n: number) => V} make */
  function remember(make) {
    /** @type {Map<number, V>} */
    const known = new Map();
    return (/** @type {number} */ n) => {
      if (!known.has(n)) known.set(n, make(n));
      return /** @type {V} */ (known.get(n));
    };
  }

  const signs = new Set(unpack(T.signs)), above = walker(parents), below = walker(children);
  const up = remember((n) => [...above(n)].sort((a, b) => a - b));
  const kindOf = (/** @type {number} */ n) => T.kinds[T.terms[n][2]];
  LK.data.vocabulary = LK.data.names.map(([n, ...synonyms]) => [T.terms[n][1], kindOf(n), synonyms, [T.terms[n][0].toLowerCase()]]);
  /** @type {Set<string>} */
  const causeKinds = new Set(T.constants.kindsInOrder);

  LK.world = {
    tables: T, remember, unpack, above, below, up, kindOf,
    number: (id) => numbers.get(id),
    id: (n) => T.terms[n][0],
    label: (n) => T.terms[n][1],
    family: (n) => T.terms[n][3],
    isCause: (n) => causeKinds.has(kindOf(n)),
    isDrug: (n) => T.constants.drugKinds.includes(kindOf(n)),
    sortOf: (n) => (signs.has(n) ? "sign" : T.exposureRoot >= 0 && above(n).has(T.exposureRoot) ? "exposure" : "test"),
    isAsserted: (child, parent) => (T.terms[child][4] || []).includes(parent),
    value: (name) => T.weights[name][0],
    reason: (name) => T.weights[name][1],
    causes: T.reach.map((row) => row[0]),
    wholesOf: remember((part) => Object.keys(T.wholes).map(Number).filter((whole) => T.wholes[whole].includes(part))),
  };
});
