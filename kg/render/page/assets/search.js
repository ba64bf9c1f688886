"use strict";
/* The search box: label, synonym or id; arrows and Enter; the cursor stands in it when the page opens. */
LK.parts.push(function () {
  const data = LK.data, box = document.getElementById("search"), list = document.getElementById("hits");
  let entries = null, hits = [], at = -1;

  function index() {
    entries = Object.entries(data.nodes).filter(([id, node]) => node.group || data.ends.includes(id) || LK.itemById.has(id)).map(([id, node]) => ({
      id, node, label: LK.fold(node.label), names: (node.synonyms || []).map(LK.fold), codes: [id, ...(node.codes || [])].map((c) => c.toLowerCase()),
    }));
  }

  /* Lower is better; -1 is no hit. */
  function score(entry, text) {
    const names = [entry.label, ...entry.names];
    if (names.includes(text) || entry.codes.includes(text)) return 0;
    if (entry.label.startsWith(text)) return 1;
    if (names.some((n) => n.startsWith(text))) return 2;
    if (names.some((n) => n.includes(" " + text))) return 3;
    if (names.some((n) => n.includes(text)) || entry.codes.some((c) => c.startsWith(text))) return 4;
    return -1;
  }

  LK.find = function (query) {
    if (!entries) index();
    const text = LK.fold(query).trim();
    if (!text) return [];
    const rank = (e) => (LK.itemById.get(e.id) || { cause: { rank: 1e6 } }).cause.rank;
    return entries.map((entry) => ({ entry, score: score(entry, text) })).filter((hit) => hit.score >= 0)
      .sort((a, b) => a.score - b.score || rank(a.entry) - rank(b.entry) || (a.entry.label < b.entry.label ? -1 : 1)).slice(0, 10).map((hit) => hit.entry);
  };

  function show() {
    hits = LK.find(box.value);
    at = hits.length ? 0 : -1;
    const none = box.value.trim() && !hits.length;
    list.replaceChildren(...hits.map((hit, i) => LK.el("li", { role: "option", id: "hit" + i, "aria-selected": i === at, onmousedown: (event) => { event.preventDefault(); choose(i); } },
      LK.sign(LK.shapeOf(hit.node.kind), LK.colorOf(hit.node.kind)), LK.el("span", { text: hit.node.label }), LK.el("span", { class: "muted", text: also(hit) }))));
    list.hidden = !hits.length;
    document.getElementById("nothing").textContent = none ? "Nothing on this map is called “" + box.value.trim().slice(0, 60) + "”." : "";
    box.setAttribute("aria-expanded", String(!!hits.length));
    mark();
  }

  function also(hit) {
    const text = LK.fold(box.value).trim();
    const name = hit.label.includes(text) ? "" : (hit.node.synonyms || []).find((s) => LK.fold(s).includes(text)) || hit.codes.find((c) => c.includes(text)) || "";
    return " " + (name || hit.node.kind);
  }

  function mark() {
    [...list.children].forEach((child, i) => child.setAttribute("aria-selected", String(i === at)));
    if (at >= 0) { box.setAttribute("aria-activedescendant", "hit" + at); list.children[at].scrollIntoView({ block: "nearest" }); } else box.removeAttribute("aria-activedescendant");
  }

  function close() { list.hidden = true; box.setAttribute("aria-expanded", "false"); box.removeAttribute("aria-activedescendant"); document.getElementById("nothing").textContent = ""; }

  function choose(i) {
    const hit = hits[i];
    if (!hit) return;
    box.value = "";
    close();
    LK.select(hit.id, true);
  }

  box.addEventListener("input", show);
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); at = hits.length ? (at + (event.key === "ArrowDown" ? 1 : hits.length - 1)) % hits.length : -1; mark(); }
    else if (event.key === "Enter") { event.preventDefault(); choose(at); }
    else if (event.key === "Escape" && !list.hidden) { event.stopPropagation(); close(); }
  });
});
