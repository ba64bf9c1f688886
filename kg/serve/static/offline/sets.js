// @ts-check
"use strict";
/* Smallest sets of causes that together explain every given finding: the same search as `kg/reasoning/sets.py`. */
LK.parts.push(function () {
  const W = LK.world;
  if (!W) return;
  const S = W.tables.constants.sets;

  /** @param {any} cause */
  const covers = (cause) => new Set([...cause.explains, ...cause.contributions.filter((/** @type {any} */ p) => p.factor === "finding" && p.weight > 0 && p.term).map((/** @type {any} */ p) => p.term)]);

  /** Groups of positions that cover what is missing; branches on the term that the fewest hold.
   * @param {Set<string>[]} held @param {string[]} missing @param {number} size @returns {Generator<number[]>} */
  function* findCovers(held, missing, size) {
    if (!missing.length) { yield []; return; }
    const widest = Math.max(...held.map((set) => missing.filter((term) => set.has(term)).length));
    if (missing.length > size * widest) return;
    const counts = missing.map((term) => held.filter((set) => set.has(term)).length), rarest = missing[counts.indexOf(Math.min(...counts))];
    for (const [at, set] of held.entries()) {
      if (set.has(rarest)) for (const rest of findCovers(held, missing.filter((term) => !set.has(term)), size - 1)) yield [at, ...rest];
    }
  }

  /** @template V @param {Generator<V>} found @param {number} most */
  function take(found, most) {
    const kept = [];
    for (const item of found) { if (kept.length >= most) break; kept.push(item); }
    return kept;
  }

  LK.findSets = function (causes, targets) {
    const pool = causes.slice(0, S.pool), held = pool.map(covers);
    const every = [...new Set([...targets.map(W.id), ...held.flatMap((set) => [...set])])].sort();
    if (!pool.length || !targets.length) return [];
    for (let size = 1; size <= S.causes; size++) {
      const found = new Map(take(findCovers(held, every, size), S.tried).map((group) => group.sort((a, b) => a - b)).map((group) => [group.join(), group]));
      const keyed = [...found.values()].map((group) => ({ group, key: [-group.reduce((sum, i) => sum + pool[i].score, 0), ...group] }));
      if (keyed.length) return keyed.sort((a, b) => LK.compare(a.key, b.key)).slice(0, S.shown).map(({ group }) => describe(group.map((i) => pool[i]), every));
    }
    return [];
  };
  /** @param {any[]} group @param {string[]} explained */
  const describe = (group, explained) => ({ causes: group.map((c) => ({ id: c.id, label: c.label, rank: c.rank })), explains: explained.map((id) => W.label(/** @type {number} */ (W.number(id)))).sort() });
});
