"use strict";
/* The search box of the map: label, synonym or id; the cursor stands in it when the page opens. */
LK.parts.push(function () {
  const data = LK.data, box = document.getElementById("search");
  let entries = null;

  function index() {
    entries = Object.entries(data.nodes).filter(([id, node]) => node.group || data.ends.includes(id) || LK.itemById.has(id))
      .map(([id, node]) => ({ id, node, names: [node.label, ...(node.synonyms || [])].map(LK.fold), codes: [id, ...(node.codes || [])].map((c) => c.toLowerCase()) }));
  }

  LK.find = function (query) {
    if (!entries) index();
    const text = LK.fold(query).trim();
    if (!text) return [];
    const rank = (e) => (LK.itemById.get(e.id) || { cause: { rank: 1e6 } }).cause.rank;
    return entries.map((entry) => ({ entry, score: LK.score(entry.names, entry.codes, text) })).filter((hit) => hit.score >= 0)
      .sort((a, b) => a.score - b.score || rank(a.entry) - rank(b.entry) || (a.entry.names[0] < b.entry.names[0] ? -1 : 1)).slice(0, 10).map((hit) => hit.entry);
  };

  function also(hit, query) {
    const text = LK.fold(query).trim();
    if (hit.names[0].includes(text)) return hit.node.kind;
    return (hit.node.synonyms || []).find((s) => LK.fold(s).includes(text)) || hit.codes.find((c) => c.includes(text)) || hit.node.kind;
  }

  LK.combo({
    box, list: document.getElementById("hits"), find: LK.find, choose: (hit) => LK.select(hit.id, true),
    draw: (hit, query) => [LK.sign(LK.shapeOf(hit.node.kind), LK.colorOf(hit.node.kind)), LK.el("span", { text: hit.node.label }), LK.el("span", { class: "muted", text: " " + also(hit, query) })],
    none: (text) => { document.getElementById("nothing").textContent = text ? "Nothing on this map is called “" + text.slice(0, 60) + "”." : ""; },
  });
});
