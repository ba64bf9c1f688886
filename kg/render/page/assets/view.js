"use strict";
/* The vis-network view of the rows: nodes, edges, camera. The first picture uses the positions that came with the page. */
(function () {
  const data = LK.data, state = LK.state, holder = document.getElementById("map");
  const nodes = new vis.DataSet(), edges = new vis.DataSet();
  let network = null, hovered = "";
  LK.focused = "";

  function nodeOf(row, given) {
    return {
      id: row.id, label: " ", shape: "custom", physics: false, x: given ? given.x : row.x, y: given ? given.y : row.y,
      ctxRenderer: ({ ctx, x, y }) => {
        const r = LK.rows.get(row.id) || row;
        return { drawNode: () => LK.drawRow(ctx, { ...r, faded: LK.faded(r), chosen: r.id === state.selected, hovered: r.id === hovered, focused: r.id === LK.focused }, x, y), nodeDimensions: { width: r.w, height: r.h } };
      },
    };
  }

  let bright = null;
  LK.faded = (row) => bright && !bright.has(row.id) && row.role !== "more";

  function edgesOf() {
    const c = LK.colors(), found = [], bundles = LK.bundles();
    const most = Math.max(1, ...bundles.map((b) => b.items.size));
    const item = LK.itemById.get(state.selected), near = item ? null : LK.shown().byNode[state.selected];
    for (const b of bundles) {
      const on = !state.selected || (item ? b.items.has(item.id) : (near || []).some((i) => b.items.has(i.id)));
      const hot = hovered && (b.from === hovered || b.to === hovered);
      const shade = item ? (on ? 0.35 : 0.05) : on ? (hot ? 0.95 : hovered ? 0.12 : 0.38) : 0.05;
      found.push(bundleEdge(b.from, b.to, item ? 1.2 : 0.8 + 6 * Math.sqrt(b.items.size / most), hot ? c.accent : c.muted, shade));
    }
    for (const s of LK.chosenSteps()) {
      found.push({
        id: "step" + s.number, from: s.from, to: s.to, width: s.struck ? 1 : 2.4, dashes: s.asserted ? false : [6, 5], label: String(s.shown),
        color: { color: c.accent, opacity: s.struck ? 0.4 : 1 }, arrows: { to: { enabled: true, scaleFactor: 0.6 } }, ...curve(s),
        font: { size: 12, color: c.ink, background: c.paper, strokeWidth: 0, face: LK.font(12).replace(/^.*?px /, "") },
      });
    }
    return found;
  }

  function bundleEdge(from, to, width, color, opacity) {
    return { id: from + "→" + to, from, to, width, color: { color, hover: color, opacity }, arrows: "", ...curve({ from, to }) };
  }

  /* Edges of the folded map as they came with the page. */
  function givenEdges() {
    const most = Math.max(1, ...data.network.edges.map((e) => e.count));
    return data.network.edges.map((e) => bundleEdge(e.from, e.to, 0.8 + 6 * Math.sqrt(e.count / most), LK.colors().muted, 0.38));
  }

  function curve(edge) {
    const a = LK.rows.get(edge.from), b = LK.rows.get(edge.to);
    if (a && b && a.column === b.column) return { smooth: { enabled: true, type: a.y < b.y ? "curvedCCW" : "curvedCW", roundness: 0.12 } };
    return { smooth: { enabled: true, type: "cubicBezier", forceDirection: "horizontal", roundness: 0.5 } };
  }

  function replace(set, items) {
    const kept = new Set(items.map((i) => i.id));
    set.remove(set.getIds().filter((id) => !kept.has(id)));
    set.update(items);
  }

  /* Draws the state. */
  LK.draw = function (camera) {
    LK.stack();
    bright = LK.bright();
    sizeHolder();
    replace(nodes, [...LK.rows.values()].map((row) => nodeOf(row)));
    replace(edges, edgesOf());
    if (camera) LK.look(camera);
    network.redraw();
  };

  function sizeHolder() {
    const narrow = LK.isNarrow();
    holder.style.height = narrow ? Math.ceil(LK.height * scale() + 44) + "px" : "";
    if (network) network.setOptions({ interaction: { dragView: !narrow, zoomView: !narrow } });
  }

  const total = () => { const last = LK.geometry()[LK.geometry().length - 1]; return last[0] + last[1]; };
  const scale = () => Math.min(LK.isNarrow() ? 1.4 : 1.1, (holder.clientWidth - (LK.isNarrow() ? 8 : 40)) / total());

  /* Camera: the whole width, and of the height what matters now. */
  LK.look = function (target, animate) {
    const s = scale(), room = holder.clientHeight / s, head = 30 / s;
    const row = LK.rows.get(target);
    let y = (LK.height - head) / 2;
    if (LK.height > room - head) {
      const wanted = row ? row.y : 0;
      y = Math.max(room / 2 - head - 4, Math.min(wanted + (row && row.role === "item" ? 0 : room * 0.36), LK.height - room / 2 + 10));
    }
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    network.moveTo({ position: { x: total() / 2, y }, scale: s, animation: animate && !calm ? { duration: 220, easingFunction: "easeOutQuad" } : false });
  };

  function drawHeads(ctx) {
    const c = LK.colors(), s = network.getScale(), origin = network.DOMtoCanvas({ x: 0, y: 0 });
    ctx.fillStyle = c.paper;
    ctx.globalAlpha = 0.92;
    ctx.fillRect(origin.x, origin.y, holder.clientWidth / s, 26 / s);
    ctx.globalAlpha = 1;
    ctx.fillStyle = c.muted;
    ctx.font = LK.font(12 / s, 600);
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    LK.geometry().forEach((g, i) => { if (g) ctx.fillText(data.columnLabels[i] || "", g[0] + 4, origin.y + 14 / s); });
  }

  LK.start = function () {
    LK.stack();
    bright = LK.bright();
    const given = new Map(data.network.nodes.map((n) => [n.id, n]));
    const settled = !state.selected && !state.open.size && !LK.isNarrow();
    nodes.add([...LK.rows.values()].map((row) => nodeOf(row, settled ? given.get(row.id) : null)));
    edges.add(settled ? givenEdges() : edgesOf());
    network = new vis.Network(holder, { nodes, edges }, { ...data.network.options, autoResize: true });
    LK.network = network;
    LK.edgeSet = edges;
    sizeHolder();
    LK.look(state.selected);
    network.on("afterDrawing", drawHeads);
    network.on("click", (p) => LK.act(p.nodes[0] || ""));
    network.on("hoverNode", (p) => hover(p.node));
    network.on("blurNode", () => hover(""));
    network.once("afterDrawing", () => performance.mark("map-settled"));
    holder.addEventListener("wheel", onWheel, { capture: true, passive: false });
    new ResizeObserver(debounce(() => { LK.draw(state.selected || "top"); }, 80)).observe(holder.parentElement);
  };

  function hover(id) {
    hovered = id;
    holder.style.cursor = id ? "pointer" : "";
    holder.title = id ? tip(id) : "";
    replace(edges, edgesOf());
    network.redraw();
  }

  function tip(id) {
    const node = data.nodes[id], row = LK.rows.get(id);
    if (!node || !row) return "";
    const text = LK.label(id);
    return row.lines.join(" ") === text ? "" : text.slice(0, 400);
  }

  function onWheel(event) {
    if (event.ctrlKey || LK.isNarrow()) return;
    event.preventDefault();
    event.stopPropagation();
    const s = network.getScale(), at = network.getViewPosition(), room = holder.clientHeight / s;
    const y = Math.max(Math.min(room / 2 - 40, LK.height / 2), Math.min(at.y + event.deltaY / s, Math.max(LK.height - room / 2 + 20, LK.height / 2)));
    network.moveTo({ position: { x: at.x + (event.shiftKey ? event.deltaY : event.deltaX) / s, y }, scale: s });
  }

  function debounce(run, wait) {
    let timer = 0, first = true;
    return () => { clearTimeout(timer); if (first) { first = false; return; } timer = setTimeout(run, wait); };
  }
})();
