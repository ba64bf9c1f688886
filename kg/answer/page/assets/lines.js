"use strict";
/* The lines between rows: bundles with their counts, and the numbered steps of the chosen cause. They leave and reach a
   row at its side, so that no line crosses a label; vis-network draws the rows above them. */
LK.parts.push(function () {
  const data = LK.data, state = LK.state, CALM = 34;
  LK.lines = [];

  LK.buildLines = function (hovered) {
    const item = LK.itemById.get(state.selected), bundles = LK.bundles(state.selected).map((b) => ({ from: b.from, to: b.to, count: b.items.size }));
    LK.lines = [...style(bundles, hovered, item), ...steps()];
  };

  /* Lines of the folded map as they came with the page. */
  LK.givenLines = () => { LK.lines = style([...data.network.edges], "", null); };

  function style(bundles, hovered, item) {
    const c = LK.colors(), most = Math.max(1, ...bundles.map((b) => b.count)), found = [];
    bundles.sort((a, b) => b.count - a.count || (a.from + a.to < b.from + b.to ? -1 : 1));
    bundles.forEach((b, rank) => {
      const hot = hovered && (b.from === hovered || b.to === hovered);
      if (!item && !hot && rank >= CALM) return;
      const opacity = hot ? 0.9 : item ? 0.3 : hovered ? 0.13 : state.selected ? 0.55 : 0.3;
      found.push({ from: b.from, to: b.to, count: b.count, width: item ? 1.2 : data.mode === "neighbourhood" ? 1.5 : 1 + 7 * Math.sqrt(b.count / most), color: hot ? c.accent : c.muted, opacity });
    });
    return found;
  }

  function steps() {
    const c = LK.colors(), chosen = LK.chosenSteps();
    const found = chosen.map((s) => ({ from: s.from, to: s.to, width: 2.2, color: c.accent, opacity: s.struck ? 0.4 : 1, dashed: !s.asserted, label: String(s.shown), arrow: true }));
    for (const side of ["from", "to"]) {
      const byRow = new Map();
      for (const line of found) byRow.set(line[side], [...(byRow.get(line[side]) || []), line]);
      for (const [id, lines] of byRow) spread(lines, LK.rows.get(id), side);
    }
    return found;
  }

  /* Lines that meet at one row get places of their own along its side. */
  function spread(lines, row, side) {
    const other = side === "from" ? "to" : "from", gap = Math.min(17, (row.h - 8) / lines.length);
    lines.sort((a, b) => LK.rows.get(a[other]).y - LK.rows.get(b[other]).y);
    lines.forEach((line, i) => {
      line[side + "Shift"] = (i - (lines.length - 1) / 2) * gap;
      if (side === "to" && lines.length > 1 && gap < 17) line.stagger = (i % 2) * 17;
    });
  }

  /* Where a line runs: a curve between facing sides; within a column a bow on the right. */
  LK.route = function (line) {
    const a = LK.rows.get(line.from), b = LK.rows.get(line.to);
    if (!a || !b) return null;
    const y1 = a.y + (line.fromShift || 0), y2 = b.y + (line.toShift || 0);
    if (a.column === b.column) {
      const x1 = a.x + a.w / 2, x2 = b.x + b.w / 2, bow = Math.max(x1, x2) + 34;
      return { x1, y1, x2, y2, c1: bow, c2: bow, labelX: Math.max(x1, x2) + 25, labelY: (y1 + y2) / 2, back: true };
    }
    const forth = b.x > a.x ? 1 : -1, x1 = a.x + (forth * a.w) / 2, x2 = b.x - (forth * b.w) / 2, mid = (x1 + x2) / 2, near = x2 - forth * (22 + (line.stagger || 0));
    return { x1, y1, x2, y2, c1: mid, c2: mid, labelX: near, labelY: at(y1, y1, y2, y2, where(x1, mid, mid, x2, near)), back: forth < 0 };
  };

  const at = (p0, p1, p2, p3, t) => (1 - t) ** 3 * p0 + 3 * (1 - t) ** 2 * t * p1 + 3 * (1 - t) * t * t * p2 + t ** 3 * p3;
  function where(x0, x1, x2, x3, x) {
    let low = 0, high = 1;
    for (let i = 0; i < 20; i++) { const t = (low + high) / 2; if ((at(x0, x1, x2, x3, t) < x) === (x3 > x0)) low = t; else high = t; }
    return (low + high) / 2;
  }

  LK.drawLines = function (ctx) {
    for (const line of LK.lines) {
      const r = LK.route(line);
      if (!r) continue;
      ctx.save();
      ctx.globalAlpha = line.opacity;
      ctx.strokeStyle = ctx.fillStyle = line.color;
      ctx.lineWidth = line.width;
      ctx.setLineDash(line.dashed ? [6, 4] : []);
      ctx.beginPath();
      ctx.moveTo(r.x1, r.y1);
      ctx.bezierCurveTo(r.c1, r.y1, r.c2, r.y2, line.arrow ? r.x2 + (r.back ? 6 : -6) : r.x2, r.y2);
      ctx.stroke();
      if (line.arrow) head(ctx, r);
      ctx.restore();
    }
    for (const line of LK.lines) if (line.label) number(ctx, line, LK.route(line));
  };

  function head(ctx, r) {
    const x = r.back ? 9 : -9;
    ctx.setLineDash([]);
    ctx.beginPath();
    ctx.moveTo(r.x2, r.y2);
    ctx.lineTo(r.x2 + x, r.y2 - 4.5);
    ctx.lineTo(r.x2 + x, r.y2 + 4.5);
    ctx.closePath();
    ctx.fill();
  }

  function number(ctx, line, r) {
    if (!r) return;
    const c = LK.colors();
    ctx.beginPath();
    ctx.arc(r.labelX, r.labelY, 8, 0, 2 * Math.PI);
    ctx.fillStyle = c.paper;
    ctx.fill();
    ctx.lineWidth = 1.2;
    ctx.strokeStyle = c.accent;
    ctx.stroke();
    ctx.fillStyle = c.ink;
    ctx.font = LK.font(10.5, 600);
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText(line.label, r.labelX, r.labelY + 0.5);
  }
});
