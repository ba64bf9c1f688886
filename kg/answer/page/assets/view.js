"use strict";
/* The vis-network view of the rows: nodes and camera. The first picture uses the positions that came with the page. */
LK.parts.push(function () {
  const data = LK.data, state = LK.state, holder = document.getElementById("map");
  const nodes = new vis.DataSet();
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

  function replace(set, items) {
    const kept = new Set(items.map((i) => i.id));
    set.remove(set.getIds().filter((id) => !kept.has(id)));
    set.update(items);
  }

  /* Draws the state. */
  LK.draw = function (camera) {
    if (!holder.clientWidth) return; // hidden, as on paper
    LK.stack();
    bright = LK.bright();
    if (sizeHolder() || LK.isNarrow()) camera = camera || "top";
    replace(nodes, [...LK.rows.values()].map((row) => nodeOf(row)));
    LK.buildLines(hovered);
    if (camera) LK.look(camera);
    network.redraw();
  };

  /* On a phone the map is as high as its rows, and the page scrolls. True where the size has changed. */
  let size = "";
  function sizeHolder() {
    const narrow = LK.isNarrow(), before = size;
    holder.style.height = narrow ? Math.ceil(LK.height * scale() + 44) + "px" : "";
    size = holder.clientWidth + "x" + holder.clientHeight;
    if (!network || size === before) return false;
    network.setOptions({ interaction: { dragView: !narrow, zoomView: !narrow } });
    network.setSize();
    return true;
  }

  const total = () => { const last = LK.geometry().filter(Boolean).pop(); return last[0] + last[1] + (LK.isNarrow() ? 6 : 42); };
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
    LK.geometry().forEach((g, i) => { if (g && hasRows(i)) ctx.fillText(data.columnLabels[i] || "", g[0] + 4, origin.y + 14 / s); });
  }

  const hasRows = (column) => [...LK.rows.values()].some((row) => row.column === column);

  LK.start = function () {
    LK.stack();
    bright = LK.bright();
    const given = new Map(data.network.nodes.map((n) => [n.id, n]));
    const settled = !state.selected && !state.open.size && !LK.isNarrow();
    nodes.add([...LK.rows.values()].map((row) => nodeOf(row, settled ? given.get(row.id) : null)));
    if (settled) LK.givenLines(); else LK.buildLines("");
    sizeHolder();
    const options = data.network.options, moving = { dragView: !LK.isNarrow(), zoomView: !LK.isNarrow() };
    network = new vis.Network(holder, { nodes, edges: [] }, { ...options, interaction: { ...options.interaction, ...moving }, autoResize: false });
    LK.network = network;
    for (const node of holder.querySelectorAll("[tabindex]")) node.removeAttribute("tabindex"); // keys go through the list of rows
    network.on("beforeDrawing", LK.drawLines);
    LK.look(state.selected);
    network.on("afterDrawing", drawHeads);
    network.on("click", (p) => LK.act(rowAt(p.pointer.canvas)));
    holder.addEventListener("mousemove", (event) => { const box = holder.getBoundingClientRect(); hover(rowAt(network.DOMtoCanvas({ x: event.clientX - box.left, y: event.clientY - box.top }))); });
    holder.addEventListener("mouseleave", () => hover(""));
    network.once("afterDrawing", () => performance.mark("map-settled"));
    holder.addEventListener("wheel", onWheel, { capture: true, passive: false });
    new ResizeObserver(debounce(() => { LK.draw(state.selected || "top"); }, 80)).observe(holder.parentElement);
  };

  /* The row under a point; vis-network knows the size of a custom node only after its second drawing. */
  function rowAt(point) {
    for (const r of LK.rows.values()) if (Math.abs(point.x - r.x) <= r.w / 2 && Math.abs(point.y - r.y) <= r.h / 2) return r.id;
    return "";
  }

  function hover(id) {
    if (id === hovered) return;
    hovered = id;
    holder.style.cursor = id ? "pointer" : "";
    holder.title = id ? tip(id) : "";
    LK.buildLines(hovered);
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
});
