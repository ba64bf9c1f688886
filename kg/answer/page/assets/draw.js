"use strict";
/* How a row looks: colours, wrapping, the drawing of one node. Knows no state but the theme. */
LK.parts.push(function () {
  const FONT = '"Inter", "Segoe UI", "Helvetica Neue", "Liberation Sans", "DejaVu Sans", Arial, sans-serif';
  LK.font = (size, weight) => (weight || 400) + " " + size + "px " + FONT;
  const measure = document.createElement("canvas").getContext("2d");
  const widths = new Map();

  LK.textWidth = function (text, font) {
    const key = font + "|" + text;
    if (!widths.has(key)) { measure.font = font; widths.set(key, measure.measureText(text).width); }
    return widths.get(key);
  };

  /* Lines of a text in a width; what does not fit in `most` lines ends in an ellipsis (the card has it in full). */
  LK.wrap = function (text, font, width, most) {
    const plain = String(text).slice(0, 300).replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f]/g, "");
    const words = plain.split(/\s+/).filter(Boolean).flatMap((word) => split(word, font, width));
    const lines = [];
    let line = "";
    for (const word of words) {
      const next = line && !/[-/]$/.test(line) ? line + " " + word : line + word;
      if (LK.textWidth(next, font) <= width || !line) line = next;
      else { lines.push(line); line = word; }
      if (lines.length === most) break;
    }
    if (line && lines.length < most) { lines.push(line); line = ""; }
    const cut = line || lines.join("").length < words.join("").length;
    return lines.map((l, i) => LK.shorten(l, font, width, cut && i === lines.length - 1));
  };

  /* A word that is too wide for a line, in parts: after its own hyphens, else with a hyphen where it has to break. */
  function split(word, font, width) {
    if (LK.textWidth(word, font) <= width) return [word];
    const parts = word.split(/(?<=[-/])/);
    if (parts.length > 1) return parts.flatMap((part) => split(part, font, width));
    let end = word.length - 1;
    while (end > 3 && LK.textWidth(word.slice(0, end) + "-", font) > width) end--;
    end = Math.min(end, word.length - 3);
    return end < 3 ? [word] : [word.slice(0, end) + "-", ...split(word.slice(end), font, width)];
  }

  LK.shorten = function (line, font, width, cut) {
    let text = cut ? line + "…" : line;
    while (text.length > 2 && LK.textWidth(text, font) > width) text = text.replace(/…$/, "").slice(0, -1) + "…";
    return text;
  };

  let colors = null;
  LK.colors = function () {
    if (!colors) {
      const style = getComputedStyle(document.documentElement);
      const names = ["paper", "panel", "ink", "muted", "line", "accent", "soft", "row", "badge"];
      colors = Object.fromEntries(names.map((name) => [name, style.getPropertyValue("--" + name).trim()]));
      colors.dark = LK.isDark();
    }
    return colors;
  };
  LK.forgetColors = () => { colors = null; };
  LK.shapeOf = (kind) => LK.data.shapes[kind] || LK.data.shapes.other;
  LK.colorOf = (kind) => LK.shapeOf(kind)[LK.colors().dark ? "dark" : "light"];

  function roundRect(ctx, x, y, w, h, r) {
    ctx.beginPath();
    ctx.moveTo(x + r, y);
    ctx.arcTo(x + w, y, x + w, y + h, r);
    ctx.arcTo(x + w, y + h, x, y + h, r);
    ctx.arcTo(x, y + h, x, y, r);
    ctx.arcTo(x, y, x + w, y, r);
    ctx.closePath();
  }

  function drawSign(ctx, kind, x, y, r) {
    const shape = LK.shapeOf(kind), color = LK.colorOf(kind);
    ctx.beginPath();
    if (shape.sides) LK.points(shape, x, y, r).forEach(([px, py], i) => (i ? ctx.lineTo(px, py) : ctx.moveTo(px, py)));
    else ctx.arc(x, y, r * 0.87, 0, 2 * Math.PI);
    ctx.closePath();
    if (shape.hollow) { ctx.lineWidth = 2; ctx.strokeStyle = color; ctx.stroke(); } else { ctx.fillStyle = color; ctx.fill(); }
  }

  /* Draws one row. row: {w, h, lines, sub, count, kind, role, opened, font, faded, chosen, focused, hovered, struck} */
  LK.drawRow = function (ctx, row, x, y) {
    const c = LK.colors(), left = x - row.w / 2, top = y - row.h / 2, box = row.role !== "item" && row.role !== "more";
    ctx.save();
    roundRect(ctx, left, top, row.w, row.h, Math.min(8, row.h / 3));
    if (row.faded) { ctx.fillStyle = c.paper; ctx.fill(); }
    ctx.globalAlpha = row.faded ? 0.34 : 1;
    ctx.fillStyle = row.chosen ? c.soft : box || row.hovered ? c.row : c.paper;
    ctx.fill();
    if (box || row.chosen || row.hovered) { ctx.lineWidth = row.chosen ? 2 : 1; ctx.strokeStyle = row.chosen || row.hovered ? c.accent : c.line; ctx.stroke(); }
    if (row.focused) { roundRect(ctx, left - 3, top - 3, row.w + 6, row.h + 6, 9); ctx.lineWidth = 2.5; ctx.strokeStyle = c.accent; ctx.stroke(); }
    drawInside(ctx, row, left, top, c);
    ctx.restore();
  };

  function drawInside(ctx, row, left, top, c) {
    let at = left + row.pad;
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    if (row.kind) { drawSign(ctx, row.kind, at + 6, top + (row.sub.length ? 18 : row.h / 2), row.pad < 10 ? 5.5 : 6.5); at += row.pad + 10; }
    if (row.arrow) { ctx.font = LK.font(11); ctx.fillStyle = c.muted; ctx.fillText(row.opened ? "▾" : "▸", at - 1, top + (row.sub.length ? 18 : row.h / 2)); at += 14; }
    if (row.count) drawCount(ctx, row, left, top, c);
    const step = row.size + 3.5, total = row.lines.length * step + row.sub.length * 14;
    let line = top + (row.h - total) / 2 + step / 2;
    ctx.font = row.font;
    ctx.fillStyle = row.role === "more" ? c.accent : c.ink;
    for (const text of row.lines) {
      ctx.fillText(text, at, line);
      if (row.struck) ctx.fillRect(at, line, LK.textWidth(text, row.font), 1);
      line += step;
    }
    ctx.font = LK.font(11.5);
    ctx.fillStyle = c.muted;
    line += 1 - (step - 14) / 2;
    for (const text of row.sub) { ctx.fillText(text, at, line); line += 14; }
  }

  function drawCount(ctx, row, left, top, c) {
    const text = String(row.count), font = LK.font(11.5, 600), w = LK.textWidth(text, font) + 12;
    const x = left + row.w - w - 8, y = top + (row.sub.length ? 18 : row.h / 2);
    roundRect(ctx, x, y - 9, w, 18, 9);
    ctx.fillStyle = c.badge;
    ctx.fill();
    ctx.font = font;
    ctx.fillStyle = c.ink;
    ctx.fillText(text, x + 6, y + 0.5);
  }
});
