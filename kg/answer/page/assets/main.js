"use strict";
/* Ties the parts together: choosing, unfolding, the address, keys, the list of rows for keyboards and screen readers. */
LK.parts.push(function () {
  const data = LK.data, state = LK.state, outline = document.getElementById("outline");
  const byId = (id) => document.getElementById(id);

  /* ---- acting on a row */
  LK.act = function (id) {
    if (!id) { if (state.selected) LK.select(""); return; }
    if (id.startsWith("more:")) { const group = id.slice(5); state.more[group] = (state.more[group] || 0) + 48; LK.changed(false, id); return; }
    if (data.groups[id]) toggle(id);
    else LK.select(state.selected === id ? "" : id);
  };

  function toggle(group) {
    if (state.open.has(group)) for (const open of [...state.open]) { if (open === group || LK.groupPath(open).includes(group)) state.open.delete(open); }
    else { closeOthers(group); state.open.add(group); }
    LK.lastOpened = group;
    LK.changed(true, group);
    LK.say(LK.label(group) + (state.open.has(group) ? " unfolded" : " folded"));
  }

  /* One block of a column is open at a time, so that the map stays calm. */
  function closeOthers(group) {
    const path = LK.groupPath(group), column = data.groups[group].column;
    for (const open of [...state.open]) if (data.groups[open] && data.groups[open].column === column && !path.includes(open)) state.open.delete(open);
  }

  /* Choose a node; `unfold` opens the block that it stands in. */
  LK.select = function (id, unfold) {
    state.selected = id;
    const node = data.nodes[id];
    if (id && node && unfold && node.group) { closeOthers(node.group); for (const group of LK.groupPath(node.group)) state.open.add(group); }
    LK.changed(true, id || LK.lastOpened);
    if (id) { LK.say(LK.label(id) + " chosen"); if (unfold) focusCard(); }
  };

  function focusCard() { if (window.innerWidth < 900) byId("card").scrollIntoView({ block: "start" }); }

  /* The state has changed: redraw all that shows it; `step` makes an entry in the history. */
  LK.changed = function (step, target) {
    LK.refresh();
    if (step !== false) remember(step === true);
    render(target);
  };

  function remember(push) {
    const fragment = "#" + LK.toFragment();
    if (fragment === (location.hash || "#")) return;
    try { history[push ? "pushState" : "replaceState"](null, "", fragment === "#" ? location.pathname + location.search : fragment); } catch { location.hash = fragment; }
  }

  function render(target) {
    if (LK.items.length) { LK.draw(target); listRows(); }
    LK.card();
    byId("reset").hidden = !LK.toFragment();
  }

  window.addEventListener("popstate", fromAddress);
  window.addEventListener("hashchange", fromAddress);
  function fromAddress() {
    if (location.hash.replace(/^#/, "") === LK.toFragment()) return;
    LK.fromFragment(location.hash);
    LK.filters();
    render(state.selected || [...state.open].pop());
  }

  /* ---- rows as buttons: arrows move, Enter acts; what has the focus shows it on the map */
  function listRows() {
    const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.row : "";
    const rows = [...LK.rows.values()];
    const current = LK.rows.has(LK.focused) ? LK.focused : rows[0] && rows[0].id;
    outline.replaceChildren(...rows.map((row) => LK.el("li", {}, LK.el("button", {
      type: "button", "data-row": row.id, tabindex: row.id === current ? 0 : -1, "aria-expanded": row.arrow ? String(!!row.opened) : null,
      "aria-pressed": data.nodes[row.id] ? String(row.id === state.selected) : null, onclick: () => LK.act(row.id),
    }, words(row)))));
    if (focused) { const again = buttonOf(focused) || buttonOf(current); if (again) again.focus({ preventScroll: true }); }
  }

  const words = (row) => (row.text || LK.label(row.id).slice(0, 200)) + (row.kind ? ", " + row.kind : "") + (row.count ? ", " + row.count + " causes" : "");
  const buttonOf = (id) => [...outline.querySelectorAll("button")].find((b) => b.dataset.row === id);

  outline.addEventListener("focusin", (event) => {
    LK.focused = event.target.dataset.row || "";
    for (const b of outline.querySelectorAll("button")) b.tabIndex = b === event.target ? 0 : -1;
    if (LK.rows.has(LK.focused) && !LK.isNarrow()) LK.look(LK.focused);
    LK.network.redraw();
  });
  outline.addEventListener("focusout", () => { LK.focused = ""; if (LK.network) LK.network.redraw(); });
  outline.addEventListener("keydown", (event) => {
    const row = LK.rows.get(event.target.dataset.row);
    const next = row && neighbour(row, event.key);
    if (next) { event.preventDefault(); buttonOf(next.id).focus({ preventScroll: true }); }
  });

  function neighbour(row, key) {
    const rows = [...LK.rows.values()], column = rows.filter((r) => r.column === row.column).sort((a, b) => a.y - b.y), at = column.indexOf(row);
    if (key === "ArrowDown") return column[at + 1];
    if (key === "ArrowUp") return column[at - 1];
    if (key === "Home") return column[0];
    if (key === "End") return column[column.length - 1];
    const step = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
    for (let c = row.column + step; step && c >= 0 && c < 4; c += step) {
      const there = rows.filter((r) => r.column === c);
      if (there.length) return there.reduce((best, r) => (Math.abs(r.y - row.y) < Math.abs(best.y - row.y) ? r : best));
    }
    return null;
  }

  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "checkbox";
    if (event.key === "Escape") { if (state.selected) LK.select(""); else if (state.open.size) { state.open.clear(); LK.changed(true); } }
    else if (event.key === "/" && !typing) { event.preventDefault(); byId("search").focus(); }
  });

  /* ---- buttons of the bar */
  LK.toast = function (text) {
    const toast = byId("toast");
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(LK.toastTimer);
    LK.toastTimer = setTimeout(() => { toast.hidden = true; }, 1800);
  };
  function theme() {
    document.documentElement.dataset.theme = LK.isDark() ? "light" : "dark";
    recolor();
  }
  function recolor() { LK.forgetColors(); LK.filters(); render(state.selected); }
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolor);
  const actions = { reset: () => { state.kinds.clear(); state.relations.clear(); state.evidence.clear(); state.open.clear(); state.more = {}; LK.filters(); LK.select(""); }, link: () => LK.copy(location.href, "Link copied"), png: LK.savePng, svg: LK.saveSvg, print: () => window.print(), theme };
  for (const [name, run] of Object.entries(actions)) byId(name).addEventListener("click", run);

  /* ---- opening */
  if (data.termBase) byId("reset").before(LK.el("a", { class: "button", href: "/", text: "Question" }), " ", LK.el("a", { class: "button", href: "/explore", text: "Core map" }));
  if (window.innerWidth < 900) byId("legend").open = false;
  byId("heading").textContent = data.heading;
  byId("safety").textContent = data.disclaimer;
  byId("versions").textContent = Object.entries(data.versions || {}).map(([name, value]) => name + " " + value).join(" · ");
  LK.fromFragment(location.hash);
  if (!location.hash && data.select && data.select.length) state.selected = data.select[0];
  if (!location.hash && data.mode !== "core" && LK.items.length && LK.items.length <= 24) for (const group of Object.keys(data.groups)) if (data.groups[group].column === 0 || data.mode === "neighbourhood") state.open.add(group);
  document.body.classList.toggle("empty", !LK.items.length);
  LK.filters();
  if (LK.items.length) { LK.start(); listRows(); }
  if (window.parent === window && window.matchMedia("(pointer: fine)").matches) byId("search").focus({ preventScroll: true });
  LK.card();
  byId("reset").hidden = !LK.toFragment();
});
