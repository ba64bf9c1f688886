"use strict";
/* Which rows and edges stand on the map, and where: the folded map as it came, then stacked anew when something unfolds. */
LK.parts.push(function () {
  const data = LK.data, state = LK.state, PAGE = 24;
  const R = data.geometry.rows, NARROW = [[0, 134], [143, 106], null, [258, 132]];
  const holder = document.getElementById("map");
  LK.isNarrow = () => holder.clientWidth > 0 && holder.clientWidth < 620;
  LK.geometry = () => (!LK.isNarrow() ? data.geometry.columns : data.mode === "neighbourhood" ? narrowNeighbours() : NARROW);
  function narrowNeighbours() {
    const used = data.geometry.columns, width = used.every(Boolean) ? 122 : 188;
    let left = 0;
    return used.map((g) => (g ? [(left += width + 13) - width - 13, width] : null));
  }
  LK.rows = new Map();

  const isTop = (g) => !data.groups[g].parent;
  const names = (g) => (LK.shown().byGroup[g] || []).slice(0, 6).map((item) => LK.short(item.id)).join(", ");

  /* ---- rows of one column, in order */
  function columnRows(column, chosen) {
    const rows = [];
    for (const group of Object.keys(data.groups).filter((g) => data.groups[g].column === column && isTop(g))) {
      if (LK.count(group)) groupRows(rows, group, column, chosen);
    }
    if (column === data.endColumn) {
      const ends = [...data.ends, ...chosen.ends.filter((id) => !data.ends.includes(id))];
      for (const id of ends) {
        const count = (LK.shown().byNode[id] || []).length;
        rows.push(row(id, "finding", column, { count: data.mode === "neighbourhood" || data.asked.length === 1 && data.asked[0] === id ? 0 : count }));
      }
    }
    return rows;
  }

  function groupRows(rows, group, column, chosen) {
    const open = state.open.has(group), wide = column === 0 || data.mode === "neighbourhood";
    const calm = wide && !open && !hasOpen(column) && !state.selected;
    rows.push(row(group, wide ? "block" : "group", column, { count: LK.count(group), arrow: true, opened: open, calm, sub: calm ? names(group) : "" }));
    const under = LK.rowsOf(group);
    if (open && under.length > 1) {
      for (const sub of under.filter((s) => LK.count(s))) {
        const opened = state.open.has(sub);
        rows.push(row(sub, "row", column, { count: LK.count(sub), arrow: true, opened, indent: 12 }));
        memberRows(rows, sub, column, opened, chosen, 24);
      }
    } else memberRows(rows, group, column, open, chosen, 12);
  }

  const hasOpen = (column) => [...state.open].some((g) => data.groups[g] && data.groups[g].column === column);

  function memberRows(rows, group, column, open, chosen, indent) {
    const members = LK.members(group), most = PAGE + (state.more[group] || 0);
    const shown = members.filter((id, i) => (open && i < most) || chosen.nodes.has(id));
    for (const id of shown) {
      rows.push(row(id, "item", column, { indent, count: column === 0 ? 0 : (LK.shown().byNode[id] || []).length }));
      if (id === state.selected && column === 0) for (const extra of chosen.extra) rows.push(row(extra, "item", column, { indent: indent + 12 }));
    }
    if (open && members.length > shown.length) rows.push(row("more:" + group, "more", column, { indent, text: "show more (" + (members.length - shown.length) + ")" }));
  }

  function row(id, role, column, extra) {
    const node = data.nodes[id] || {}, [, width] = LK.geometry()[column], narrow = LK.isNarrow();
    const counted = narrow && extra.count && column === 0 ? " (" + extra.count + ")" : "";
    if (narrow) extra = { ...extra, count: 0 };
    const size = role === "block" ? (narrow ? 13 : 14.5) : narrow ? 11.5 : 13;
    const font = LK.font(size, role === "block" || role === "finding" ? 600 : 400), indent = narrow ? 0 : extra.indent || 0, pad = narrow ? 6 : 10;
    const room = width - indent - 2 * pad - (node.kind ? pad + 10 : 0) - (extra.arrow ? 14 : 0) - (extra.count ? 34 : 0);
    const text = (extra.text || LK.short(id)) + counted, lines = LK.wrap(text, font, room, narrow || role !== "block" ? 3 : 2);
    const sub = extra.sub && !narrow ? LK.wrap(extra.sub, LK.font(11.5), width - 34, 2) : [];
    const item = LK.itemById.get(id);
    const found = { id, role, column, size, font, lines, w: width - indent, kind: node.kind, pad, struck: !!(item && item.cause.struck), ...extra, indent, sub };
    return { ...found, h: height(found), gap: role === "item" || role === "more" ? 3 : role === "row" ? 5 : R.gap };
  }

  function height(drawn) {
    const text = drawn.lines.length * (drawn.size + 3.5) + 11;
    if (drawn.role === "block") return drawn.calm && !LK.isNarrow() ? Math.max(R.block, text) : Math.max(34, text);
    if (drawn.role === "group" || drawn.role === "finding") return Math.max(R[drawn.role], text);
    return Math.max(drawn.role === "row" ? 30 : 27, text);
  }

  /* ---- what the chosen cause needs to be seen */
  function chosenNodes() {
    const nodes = new Set(), extra = [], ends = [];
    const item = LK.itemById.get(state.selected);
    if (state.selected && data.nodes[state.selected]) nodes.add(state.selected);
    if (item) {
      for (const number of LK.numbered(item).keys()) {
        const step = LK.step(number);
        for (const id of [step.subjectId, step.objectId]) {
          const kind = data.nodes[id].kind;
          if (id === item.id || nodes.has(id) || data.mode === "neighbourhood") continue;
          if (kind === "finding" || kind === "reading") ends.push(id);
          else if (kind === "mechanism") nodes.add(id);
          else if (!extra.includes(id)) extra.push(id);
        }
      }
      for (const id of [...nodes]) for (const cell of (data.nodes[id].cells || [])) if (!LK.isNarrow()) nodes.add(cell);
    }
    return { nodes, extra, ends: [...new Set(ends)] };
  }

  /* ---- stacking: the rule of layout.py; an anchor keeps the other columns beside what was clicked */
  LK.stack = function () {
    const geometry = LK.geometry(), chosen = chosenNodes(), rows = new Map(), heights = [];
    const columns = geometry.map((g, i) => (g ? columnRows(i, chosen) : []));
    columns.forEach((list, i) => { heights[i] = list.reduce((sum, r) => sum + r.h + r.gap, 0) - (list.length ? list[list.length - 1].gap : 0); });
    const tallest = Math.max(...heights, 0);
    let middle = tallest / 2;
    const place = (i, top) => {
      for (const r of columns[i]) {
        r.x = geometry[i][0] + geometry[i][1] - r.w / 2;
        r.y = top + r.h / 2;
        top += r.h + r.gap;
        if (!rows.has(r.id)) rows.set(r.id, r);
      }
    };
    columns.forEach((list, i) => { if (list.length && heights[i] === tallest) place(i, 0); });
    const anchor = rows.get(state.selected) || rows.get(LK.lastOpened);
    if (anchor && tallest > 560) middle = anchor.y;
    columns.forEach((list, i) => { if (heights[i] !== tallest) place(i, Math.max(0, Math.min(middle - heights[i] / 2, tallest - heights[i]))); });
    LK.rows = rows;
    LK.height = tallest;
    return rows;
  };

  /* The row in which a node is to be seen: its own, or the nearest block that is folded over it. */
  LK.visible = function (id) {
    if (LK.rows.has(id)) return id;
    const group = data.groups[id] ? id : (data.nodes[id] || {}).group;
    return LK.groupPath(group).reverse().find((g) => LK.rows.has(g));
  };

  /* ---- edges: bundles with counts (through what is chosen, or all), and the numbered steps of the chosen cause */
  LK.bundles = function (chosen) {
    const counts = new Map();
    const add = (from, to, item) => {
      if (!from || !to || from === to) return;
      const key = from + "→" + to;
      if (!counts.has(key)) counts.set(key, { from, to, items: new Set() });
      counts.get(key).items.add(item.id);
    };
    for (const item of LK.shown().items) {
      const start = LK.visible(item.id), own = !chosen || item.id === chosen;
      if (data.mode === "neighbourhood") {
        const right = data.groups[data.nodes[item.id].group].column === 2;
        if (own) add(right ? data.ends[0] : start, right ? start : data.ends[0], item);
      } else for (const [mechanism, end] of item.cause.flow) {
        const way = LK.visible(mechanism || "m:none"), cells = mechanism ? data.nodes[mechanism].cells : [];
        const through = own || [mechanism, end].includes(chosen) ? cells : cells.filter((cell) => cell === chosen);
        if (!own && mechanism !== chosen && end !== chosen && !through.length) continue;
        add(start, way, item);
        if (!cells.length || LK.isNarrow()) add(way, LK.visible(end), item);
        else for (const cell of through) { add(way, LK.visible(cell), item); add(LK.visible(cell), LK.visible(end), item); }
      }
    }
    return [...counts.values()];
  };

  LK.chosenSteps = function () {
    const item = LK.itemById.get(state.selected);
    if (!item) return [];
    return [...LK.numbered(item)].slice(0, 14).map(([number, shown]) => {
      const step = LK.step(number);
      const subject = data.mode === "neighbourhood" && step.subjectId !== data.ends[0] ? item.id : step.subjectId;
      const object = data.mode === "neighbourhood" && step.objectId !== data.ends[0] ? item.id : step.objectId;
      return { ...step, shown, from: LK.visible(subject), to: LK.visible(object) };
    }).filter((step) => step.from && step.to && step.from !== step.to);
  };

  /* Rows that stay bright: all, or what belongs to the chosen one. */
  LK.bright = function () {
    if (!state.selected) return null;
    const bright = new Set([state.selected]);
    for (const line of [...LK.chosenSteps(), ...LK.bundles(state.selected)]) { bright.add(line.from); bright.add(line.to); }
    return bright;
  };
});
