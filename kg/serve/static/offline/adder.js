// @ts-check
"use strict";
/* Adds: parts of a cause, each statement once, each group of like signs damped; the order, its folds and its shelves.
   Knows no factor: what a part comes from is decided elsewhere. */
LK.parts.push(function () {
  const W = LK.world;
  if (!W) return;
  const T = W.tables, value = W.value;

  /** What the inputs of one case say of each cause. @returns {LKNode.Ledger} */
  LK.openLedger = function () {
    const parts = new Map(), heard = new Map(), into = (/** @type {Map<number, any>} */ map, /** @type {number} */ key, /** @type {any} */ empty) => { if (!map.has(key)) map.set(key, empty); return map.get(key); };
    return {
      parts, heard, quiet: new Map(), exposed: new Set(),
      add: (cause, part) => into(parts, cause, []).push(part),
      hear: (cause, statement) => into(heard, cause, new Set()).add(statement),
    };
  };

  /** Each statement once, the heaviest of its parts; of a group the further ones count a share. @param {LKNode.Part[]} parts */
  LK.combine = function (parts) {
    /** @type {Map<string, LKNode.Part>} */
    const stated = new Map();
    /** @type {Map<string, LKNode.Part[]>} */
    const grouped = new Map();
    const kept = parts.filter((part) => !part.statement);
    for (const part of parts.filter((p) => p.statement)) {
      const statement = part.statement || "", known = stated.get(statement);
      if (!known || part.weight > known.weight) stated.set(statement, part);
    }
    for (const part of stated.values()) {
      if (part.group && part.weight > 0) grouped.set(part.group, [...(grouped.get(part.group) || []), part]);
      else kept.push(part);
    }
    return [...kept, ...[...grouped.values()].flatMap(damp)];
  };

  /** @param {LKNode.Part[]} group */
  function damp(group) {
    const first = group.reduce((top, part) => (LK.compare([part.weight, part.n || 0], [top.weight, top.n || 0]) > 0 ? part : top));
    return group.map((part) => (part === first ? part : { ...part, weight: part.weight * value("redundancy") }));
  }

  /** Which of two lists comes first, entry by entry. */
  LK.compare = function (a, b) {
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
    return 0;
  };

  const sum = (/** @type {LKNode.Part[]} */ parts) => Number(LK.wording.fixed(parts.reduce((total, part) => total + part.weight, 0), 4));
  /** Causes with their sums, best first. @template {{cause: number, tier: number, parts: LKNode.Part[]}} C @param {C[]} causes */
  LK.order = function (causes) {
    const scored = causes.map((c) => ({ ...c, score: sum(c.parts) }));
    const keyed = scored.map((c) => ({ c, key: [-c.score, c.tier, W.family(c.cause), W.label(c.cause), c.cause] }));
    return keyed.sort((a, b) => LK.compare(a.key, b.key)).map(({ c }) => c);
  };

  /** Heads in order, each with what folds into it: forms of one disease, and a class into its better supported member. */
  LK.foldForms = function (ordered) {
    const heads = /** @type {any[]} */ ([]), byForm = new Map(), above = new Map(), first = (/** @type {Map<number, number>} */ map, /** @type {number} */ key) => { if (!map.has(key)) map.set(key, heads.length); };
    for (const item of ordered) {
      const forms = T.forms.filter((form) => W.above(item.cause).has(form)), form = forms.find((f) => byForm.has(f));
      const place = form !== undefined ? byForm.get(form) : above.get(item.cause);
      if (place !== undefined) { heads[place].variants.push(item); continue; }
      forms.forEach((f) => first(byForm, f));
      for (const wider of [item.cause, ...(T.groups[item.cause] || [])].flatMap((n) => [...W.above(n)])) if (wider !== item.cause) first(above, wider);
      heads.push({ ...item, variants: [] });
    }
    return shelve(heads);
  };

  /** @param {any[]} heads */
  function shelve(heads) {
    const isOn = (/** @type {string} */ name, /** @type {number} */ i) => heads[0].score - heads[i].score <= value(name + ".gap") && i < value(name + ".most");
    return heads.map((head, i) => ({ ...head, shelf: T.shelves[isOn("shelf.best", i) ? 0 : isOn("shelf.fits", i) ? 1 : 2] }));
  }
});
