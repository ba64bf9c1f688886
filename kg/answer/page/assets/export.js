"use strict";
/* Taking the picture away: SVG and PNG of the whole map as it is unfolded, print, clipboard. */
LK.parts.push(function () {
  const data = LK.data, state = LK.state, PAD = 16, HEAD = 54;

  LK.picture = function () {
    const c = LK.colors(), geometry = LK.geometry(), last = geometry.filter(Boolean).pop(), width = last[0] + last[1] + 2 * PAD + 40, height = LK.height + HEAD + 40;
    const root = LK.svg("svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: [0, 0, width, height].join(" "), width, height, role: "img" });
    root.append(LK.svg("title", {}, data.heading), LK.svg("rect", { width, height, fill: c.paper }), words(data.heading, PAD, 22, 15, c.ink, 600));
    geometry.forEach((g, i) => { if (g) root.append(words(data.columnLabels[i] || "", g[0] + PAD, 44, 11.5, c.muted, 600)); });
    const body = LK.svg("g", { transform: "translate(" + PAD + " " + HEAD + ")" }), bright = LK.bright();
    for (const line of LK.lines) body.append(...linePicture(line, c));
    for (const row of LK.rows.values()) body.append(rowPicture(row, c, bright && !bright.has(row.id)));
    root.append(body, words("Data " + ((data.versions || {}).data || "?") + ". " + data.disclaimer.split(". ")[0], PAD, height - 12, 10.5, c.muted));
    return root;
  };

  function words(text, x, y, size, fill, weight) {
    return LK.svg("text", { x, y, "font-size": size, fill, "font-weight": weight || 400, "font-family": "Segoe UI, Helvetica Neue, Liberation Sans, DejaVu Sans, Arial, sans-serif" }, text);
  }

  function rowPicture(row, c, faded) {
    const left = row.x - row.w / 2, top = row.y - row.h / 2, group = LK.svg("g", { opacity: faded ? 0.3 : 1 });
    const box = row.role !== "item" && row.role !== "more", chosen = row.id === state.selected;
    group.append(LK.svg("rect", { x: left, y: top, width: row.w, height: row.h, rx: 7, fill: chosen ? c.soft : box ? c.row : c.paper, stroke: chosen ? c.accent : box ? c.line : "none", "stroke-width": chosen ? 2 : 1 }));
    let at = left + row.pad;
    if (row.kind) { const sign = LK.sign(LK.shapeOf(row.kind), LK.colorOf(row.kind)); sign.setAttribute("x", at - 2); sign.setAttribute("y", row.y - 8); group.append(sign); at += row.pad + 10; }
    const step = row.size + 3.5, total = row.lines.length * step + row.sub.length * 14;
    let y = row.y - total / 2 + row.size;
    for (const line of row.lines) { group.append(words(line, at, y, row.size, c.ink, row.role === "block" || row.role === "finding" ? 600 : 400)); y += step; }
    for (const line of row.sub) { group.append(words(line, at, y, 11.5, c.muted)); y += 14; }
    if (row.count) group.append(words(String(row.count), left + row.w - 34, row.y - total / 2 + row.size, 11.5, c.muted, 600));
    return group;
  }

  function linePicture(line, c) {
    const r = LK.route(line);
    if (!r) return [];
    const d = "M" + [r.x1, r.y1].join(" ") + "C" + [r.c1, r.y1, r.c2, r.y2, r.x2, r.y2].join(" ");
    const path = LK.svg("path", { d, fill: "none", stroke: line.color, "stroke-width": line.width, opacity: line.opacity, ...(line.dashed ? { "stroke-dasharray": "6 4" } : {}) });
    if (!line.label) return [path];
    const x = r.back ? 9 : -9, head = LK.svg("path", { d: "M" + [r.x2, r.y2].join(" ") + "l" + [x, -4.5].join(" ") + "v9z", fill: line.color });
    const number = words(line.label, r.labelX, r.labelY + 3.7, 10.5, c.ink, 600);
    number.setAttribute("text-anchor", "middle");
    return [path, head, LK.svg("circle", { cx: r.labelX, cy: r.labelY, r: 8, fill: c.paper, stroke: c.accent }), number];
  }

  const text = () => '<?xml version="1.0" encoding="UTF-8"?>\n' + new XMLSerializer().serializeToString(LK.picture());
  const name = () => ("leukograph " + (state.selected ? LK.label(state.selected) : data.heading)).toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 60).replace(/^-|-$/g, "");

  function save(blob, extension) {
    const address = URL.createObjectURL(blob), link = LK.el("a", { href: address, download: name() + extension });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 5000);
  }
  LK.saveSvg = () => save(new Blob([text()], { type: "image/svg+xml" }), ".svg");

  LK.savePng = function () {
    const picture = LK.picture(), width = +picture.getAttribute("width"), height = +picture.getAttribute("height"), zoom = Math.min(2, 16000 / Math.max(width, height));
    const image = new Image();
    image.onload = () => {
      const canvas = LK.el("canvas", { width: Math.round(width * zoom), height: Math.round(height * zoom) });
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => save(blob, ".png"));
    };
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(picture));
  };

  LK.copy = async function (value, done) {
    try { await navigator.clipboard.writeText(value); } catch {
      const area = LK.el("textarea", { "aria-hidden": "true", class: "visually-hidden" });
      area.value = value;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    LK.say(done);
    LK.toast(done);
  };

  /* The printed page shows the picture instead of the canvas. */
  window.addEventListener("beforeprint", () => { if (LK.items.length) document.getElementById("printed").replaceChildren(LK.picture()); });
  window.addEventListener("afterprint", () => document.getElementById("printed").replaceChildren());
});
