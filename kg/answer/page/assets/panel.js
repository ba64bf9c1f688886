"use strict";
/* The side panel: the summary, the card of what is chosen, the filters. */
LK.parts.push(function () {
  const data = LK.data, state = LK.state, el = LK.el;
  const TIERS = {
    direct: "own evidence", indirect: "acts through another condition", class_evidence: "only its class or group has evidence",
    unspecific: "its evidence speaks of a wider finding", reading_only: "accounts for the number, not for a true deficit",
  };
  const sign = (kind) => LK.sign(LK.shapeOf(kind), LK.colorOf(kind));

  LK.card = function () {
    const card = document.getElementById("card");
    const id = state.selected;
    if (!id) card.replaceChildren(...summary());
    else if (LK.itemById.has(id)) card.replaceChildren(...causeCard(LK.itemById.get(id)));
    else if (data.nodes[id]) card.replaceChildren(...nodeCard(id));
    else card.replaceChildren(el("h2", { text: "Not on this map" }), el("p", { text: "No term here has the id " + id.slice(0, 80) + ". It may stand on another map, or in another version of the data." }), closeRow());
    card.scrollTop = 0;
  };

  /* ---- nothing chosen: what the map says at a glance */
  function summary() {
    const shown = LK.shown().items.filter((item) => !item.cause.struck), parts = notices();
    if (!LK.items.length) return [el("h2", { text: "Nothing to show" }), ...parts, ...reasons()];
    const one = data.mode === "neighbourhood";
    parts.unshift(el("h2", { text: one ? LK.items.length + " terms around it" : shown.length + (shown.length === LK.items.length ? "" : " of " + LK.items.length) + " causes" + (data.mode === "core" ? " in this graph" : " could explain it") }));
    if (one) parts.push(...about(data.nodes[data.ends[0]]));
    parts.push(el("p", { class: "muted", text: one ? "Choose one to read the sources." : "Click a block to unfold it, a cause to see its chain." + (data.mode === "core" ? "" : " Order: support in the sources; not probability, not urgency.") }));
    if (data.mode === "causes") parts.push(topList(shown));
    if (data.mode === "core") parts.push(el("h3", { text: "Causes by finding" }), findingList());
    const struck = LK.items.filter((item) => item.cause.struck);
    if (struck.length) parts.push(el("h3", { text: "Struck out" }), el("ul", { class: "struck-list" }, struck.slice(0, 12).map((item) => el("li", {}, pick(item.id, LK.short(item.id)), ": " + item.cause.struck))));
    return parts;
  }

  function findingList() {
    const found = LK.shown().byNode, count = (id) => (found[id] || []).length;
    const ids = data.asked.filter(count).sort((a, b) => count(b) - count(a));
    return el("ul", { class: "top" }, ids.slice(0, 12).map((id) => el("li", {}, pick(id, LK.label(id), data.nodes[id].kind), el("span", { class: "muted", text: " " + count(id) }))));
  }

  const topList = (shown) => el("ol", { class: "top" }, shown.slice(0, 10).map((item) => el("li", {}, pick(item.id, LK.short(item.id), item.kind), el("span", { class: "muted", text: " " + item.kind }))));
  const pick = (id, text, kind) => el("button", { type: "button", class: "pick", onclick: () => LK.select(id, true) }, kind ? sign(kind) : null, el("span", { text }));

  function notices() {
    const found = (data.alerts || []).map((text) => el("p", { class: "alert", role: "alert", text }));
    const drugs = (data.drugsGiven || []).map((text) => el("li", { text })), known = data.noBearing || [];
    if (drugs.length) found.push(el("h3", { text: "Drugs you gave" }), el("ul", { id: "drugs-given" }, drugs));
    if (known.length) found.push(el("p", { class: "muted", text: "Known, no bearing here: " + known.join(", ") }));
    return [...found, ...(data.notices || []).map((text) => el("p", { class: "notice", text }))];
  }

  function reasons() {
    const words = { normal_for: "What was given is normal for this patient, so there is nothing to explain.", no_finding: "Nothing that was given is low, so there is nothing to explain.", none_in_scope: "No cause in this graph reaches what was given.", unknown_term: "A name was not understood." };
    const found = [el("p", { text: words[data.status] || "This map holds no cause." })];
    for (const item of data.notUnderstood || []) {
      found.push(el("p", {}, "Not understood: ", el("b", { text: item.text || "" }), (item.suggestions || []).length ? "; did you mean " + item.suggestions.join(", ") + "?" : ""));
    }
    return found;
  }

  /* ---- a cause */
  function causeCard(item) {
    const node = data.nodes[item.id], numbers = LK.numbered(item), parts = [head(item.id, node)];
    const tier = TIERS[item.cause.tier];
    if (data.mode === "causes") parts.push(el("p", { class: "muted", text: "Rank " + item.cause.rank + " of " + LK.items.length + (tier ? "; " + tier : "") }));
    else if (tier && item.cause.tier !== "direct") parts.push(el("p", { class: "muted", text: tier }));
    if (item.cause.struck) parts.push(el("p", { class: "reason", text: "Struck out: " + item.cause.struck }));
    parts.push(steps(item, numbers));
    const shares = (item.cause.contributions || []).filter((p) => p[2]);
    if (shares.length > 1) parts.push(el("h3", { text: "What spoke for and against" }), LK.bars(shares));
    if ((item.cause.unchecked || []).length) parts.push(el("p", { class: "muted", text: "Not checked: " + item.cause.unchecked.join(", ") }));
    parts.push(...about(node));
    return parts;
  }

  function steps(item, numbers) {
    const via = new Set(item.cause.via), list = [];
    for (const [number, shown] of numbers) list.push(LK.stepItem(LK.step(number), shown));
    const chained = new Set(item.cause.chains.flatMap((c) => c[2]));
    const title = data.mode === "neighbourhood" ? "Claim" : [...via].some((v) => !chained.has(v)) ? "How, step by step" : "The chain, step by step";
    return el("section", {}, el("h3", { text: title }), el("ol", { class: "steps" }, list));
  }

  function head(id, node) {
    const path = LK.groupPath(node.group).map(LK.label).join(" › ");
    return el("div", {},
      el("p", { class: "kindline" }, sign(node.kind), el("span", { text: node.kind + (path ? " · " + path : "") })),
      el("h2", { text: node.label }),
      el("div", { class: "actions" },
        el("button", { type: "button", onclick: () => LK.copy(cardText(id), "Text copied") }, "Copy text"),
        el("button", { type: "button", onclick: () => LK.copy(location.href, "Link copied") }, "Copy link"),
        data.termBase && /^[A-Za-z]+:[\w.-]+$/.test(id) ? el("a", { class: "button", href: data.termBase + encodeURIComponent(id) + "?scope=neighbourhood", text: "All about it" }) : null,
        el("button", { type: "button", class: "tomap", onclick: () => document.getElementById("map").scrollIntoView({ block: "start" }) }, "To the map"),
        el("button", { type: "button", onclick: () => LK.select("") }, "Close")));
  }

  const closeRow = () => el("div", { class: "actions" }, el("button", { type: "button", onclick: () => LK.select("") }, "Close"));

  function about(node) {
    const rows = [["Definition", node.definition], ["Also called", (node.synonyms || []).join(", ")], ["Codes", (node.codes || []).join(", ")], ["Disturbs", (node.processes || []).join(", ")], ["Acts on", (node.cells || []).map(LK.label).join(", ")]];
    const found = rows.filter(([, text]) => text).map(([name, text]) => [el("dt", { text: name }), el("dd", { text })]);
    return found.length ? [el("h3", { text: "About it" }), el("dl", {}, found)] : [];
  }

  /* ---- a mechanism, a cell, a finding */
  function nodeCard(id) {
    const node = data.nodes[id], items = LK.shown().byNode[id] || [], parts = [head(id, node), ...about(node)];
    if (items.length) {
      parts.push(el("h3", { text: items.length + (items.length === 1 ? " cause runs" : " causes run") + " through it" }));
      parts.push(el("ul", { class: "top" }, items.slice(0, 15).map((item) => el("li", {}, pick(item.id, LK.short(item.id), item.kind)))));
      if (items.length > 15) parts.push(el("p", { class: "muted", text: "and " + (items.length - 15) + " more; they stay bright on the map" }));
    }
    return parts;
  }

  function cardText(id) {
    const item = LK.itemById.get(id), lines = [LK.label(id) + " (" + id + ")"];
    if (item) for (const [number, shown] of LK.numbered(item)) {
      const step = LK.step(number), sources = [...new Set(step.evidence.map((e) => e.source))].join(", ");
      lines.push(shown + ". " + step.subject + " " + LK.verb(step.predicate) + " " + step.object + (step.some ? " in some cases" : "") + (step.asserted ? "" : " (inferred)") + (sources ? " [" + sources + "]" : ""));
    }
    if (data.nodes[id].definition) lines.push(data.nodes[id].definition);
    return [...lines, "Data " + ((data.versions || {}).data || "?") + ". " + data.disclaimer].join("\n");
  }
  LK.cardText = cardText;

  /* ---- filters: each box is a part of the legend */
  LK.filters = function () {
    const counts = { kinds: new Map(), relations: new Map(), evidence: new Map() };
    const add = (map, key) => map.set(key, (map.get(key) || 0) + 1);
    for (const item of LK.items) { add(counts.kinds, item.kind); item.relations.forEach((r) => add(counts.relations, r)); item.evidence.forEach((e) => add(counts.evidence, e)); }
    const box = (name, title, draw) => counts[name].size ? el("fieldset", {}, el("legend", { text: title }), [...counts[name]].sort((a, b) => b[1] - a[1]).map(([key, count]) =>
      el("label", {}, el("input", { type: "checkbox", checked: !state[name].has(key), onchange: (event) => { event.target.checked ? state[name].delete(key) : state[name].add(key); LK.changed(); } }),
        draw ? draw(key) : null, el("span", { text: key }), el("span", { class: "muted count", text: " " + count })))) : null;
    const marks = el("p", { class: "muted marks" }, line(false), " stated by a source ", line(true), " inferred");
    const boxes = [box("kinds", "Kind", sign), box("relations", "Relation"), box("evidence", "Evidence")].filter(Boolean);
    document.getElementById("filters").replaceChildren(...boxes, marks);
  };

  const line = (dashed) => LK.svg("svg", { class: "line", viewBox: "0 0 30 8", width: 30, height: 8, "aria-hidden": "true" }, LK.svg("line", { x1: 1, x2: 29, y1: 4, y2: 4, "stroke-width": 2.4, ...(dashed ? { "stroke-dasharray": "6 4" } : {}) }));
});
