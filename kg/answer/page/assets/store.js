"use strict";
/* The data of the page and the state a reader can change; computes counts, never draws. */
LK.parts.push(function () {
  const data = LK.data;
  LK.state = { selected: "", open: new Set(), more: {}, kinds: new Set(), relations: new Set(), evidence: new Set() };
  const state = LK.state;

  /* Every cause with what the filters ask for. */
  const items = Object.entries(data.causes).map(([id, cause]) => {
    const numbers = new Set([...cause.chains.flatMap((chain) => chain[2]), ...cause.via]);
    const relations = new Set(), kinds = new Set();
    for (const number of numbers) {
      relations.add(data.tables.predicates[data.steps[number][1]]);
      for (const row of data.steps[number][4]) kinds.add(data.tables.kinds[data.rows[row][2]]);
    }
    return { id, cause, steps: [...numbers], relations, evidence: kinds, kind: data.nodes[id].kind };
  });
  items.sort((a, b) => !!a.cause.struck - !!b.cause.struck || a.cause.rank - b.cause.rank || (a.id < b.id ? -1 : 1));
  LK.items = items;
  LK.itemById = new Map(items.map((item) => [item.id, item]));

  LK.short = (id) => LK.label(id).replace(/ exposure$/, "");
  LK.label = (id) => (data.nodes[id] || data.groups[id] || { label: id }).label;
  LK.groupPath = function (group) {
    const path = [];
    for (let at = group; at && data.groups[at]; at = data.groups[at].parent) path.unshift(at);
    return path;
  };

  const rowsOf = {};
  for (const [id, group] of Object.entries(data.groups)) if (group.parent) (rowsOf[group.parent] = rowsOf[group.parent] || []).push(id);
  LK.rowsOf = (group) => rowsOf[group] || [];

  /* Shown under the filters: a filter names what is switched off. */
  LK.isShown = function (item) {
    if (state.kinds.has(item.kind)) return false;
    if (state.relations.size && item.relations.size && [...item.relations].every((r) => state.relations.has(r))) return false;
    return !(state.evidence.size && item.evidence.size && [...item.evidence].every((e) => state.evidence.has(e)));
  };

  let cached = null;
  LK.refresh = () => { cached = null; };
  LK.shown = function () {
    if (cached) return cached;
    const shown = items.filter(LK.isShown);
    const byGroup = {}, byNode = {};
    for (const item of shown) {
      for (const group of LK.groupPath(data.nodes[item.id].group)) (byGroup[group] = byGroup[group] || []).push(item);
      const groups = new Set(), nodes = new Set();
      for (const [mechanism, end] of item.cause.flow) {
        groups.add(mechanism ? data.nodes[mechanism].group : "m:none");
        if (mechanism) nodes.add(mechanism);
        if (end) { nodes.add(end); if (data.nodes[end].group) groups.add(data.nodes[end].group); }
        for (const cell of mechanism ? data.nodes[mechanism].cells : []) { nodes.add(cell); groups.add(data.nodes[cell].group); }
      }
      for (const group of groups) (byGroup[group] = byGroup[group] || []).push(item);
      for (const node of nodes) (byNode[node] = byNode[node] || []).push(item);
    }
    cached = { items: shown, byGroup, byNode };
    return cached;
  };

  LK.members = function (group) {
    const column = data.groups[group].column;
    const found = LK.shown();
    if (column === 0 || data.mode === "neighbourhood") return (found.byGroup[group] || []).map((item) => item.id);
    const nodes = Object.keys(found.byNode).filter((id) => data.nodes[id].group === group);
    const order = (id) => data.nodes[id].order;
    return nodes.sort((a, b) => (order(a) ?? 0) - (order(b) ?? 0) || found.byNode[b].length - found.byNode[a].length || (LK.label(a) < LK.label(b) ? -1 : 1));
  };
  LK.count = (group) => (LK.shown().byGroup[group] || []).length;

  /* A step with its words, ready for a sentence. */
  LK.step = function (number) {
    const [subject, predicate, object, flags, rows, struck] = data.steps[number];
    const t = data.tables;
    return {
      number, subjectId: subject, objectId: object, subject: LK.label(subject), object: LK.label(object), predicate: t.predicates[predicate],
      asserted: !!(flags & 1), some: !!(flags & 2), struck: struck || "", proof: data.proofs[subject + "|" + object],
      evidence: rows.map((r) => {
        const [association, source, kind, direction, quantity, gist] = data.rows[r];
        return { association, source: t.sources[source], kind: t.kinds[kind], direction: t.directions[direction], quantity, gist };
      }),
    };
  };

  /* Steps of a cause in the order in which the card numbers them. */
  LK.numbered = function (item) {
    const numbers = new Map();
    const shown = item.cause.chains.filter((chain) => !state.relations.size || chain[2].some((n) => !state.relations.has(LK.step(n).predicate)));
    for (const chain of shown) for (const step of chain[2]) if (!numbers.has(step)) numbers.set(step, numbers.size + 1);
    for (const step of item.cause.via) if (!numbers.has(step)) numbers.set(step, numbers.size + 1);
    return numbers;
  };

  /* ---- the state in the address: everything after #, nothing of a patient */
  const LISTS = { o: "open", k: "kinds", r: "relations", e: "evidence" };
  LK.toFragment = function () {
    const parts = state.selected ? ["s=" + encodeURIComponent(state.selected)] : [];
    for (const [key, name] of Object.entries(LISTS)) if (state[name].size) parts.push(key + "=" + [...state[name]].map(encodeURIComponent).join(","));
    return parts.join("&");
  };
  LK.fromFragment = function (fragment) {
    const found = Object.fromEntries(fragment.replace(/^#/, "").split("&").filter(Boolean).map((part) => part.split(/=(.*)/s).slice(0, 2)));
    const read = (text) => { try { return decodeURIComponent(text); } catch { return ""; } };
    state.selected = read(found.s || "");
    for (const [key, name] of Object.entries(LISTS)) state[name] = new Set((found[key] || "").split(",").filter(Boolean).map(read));
    LK.refresh();
  };
});
