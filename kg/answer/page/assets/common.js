// @ts-check
"use strict";
/* Small parts that every page shares: elements, source links, step sentences, bars. Text enters as text only. */
const LK = { parts: [] };
(function () {
  LK.el = function (tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === undefined || value === null || value === false) continue;
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (name === "text") node.textContent = value;
      else node.setAttribute(name, value === true ? "" : value);
    }
    for (const child of children.flat(Infinity)) if (child !== null && child !== undefined && child !== "") node.append(child);
    return node;
  };

  /* Address of a source, or nothing: only patterns that are known, only https. */
  LK.sourceAddress = function (source) {
    const patterns = /** @type {[RegExp, (m: RegExpExecArray) => string][]} */ ([
      [/^PMID:(\d{1,9})$/, (m) => "https://pubmed.ncbi.nlm.nih.gov/" + m[1] + "/"],
      [/^PMC:?(PMC)?(\d{1,9})$/, (m) => "https://pmc.ncbi.nlm.nih.gov/articles/PMC" + m[2] + "/"],
      [/^DOI:(10\.\d{4,9}\/[^\s<>"']{1,200})$/i, (m) => "https://doi.org/" + encodeURI(m[1])],
      [/^OMIM:(\d{6})$/, (m) => "https://omim.org/entry/" + m[1]],
      [/^ORPHA:(\d{1,7})$/, (m) => "https://www.orpha.net/en/disease/detail/" + m[1]],
      [/^(https:\/\/[a-z0-9.-]+(\/[^\s<>"']{0,300})?)$/i, (m) => m[1]],
    ]);
    for (const [pattern, build] of patterns) {
      const match = pattern.exec(String(source));
      if (match) return build(match);
    }
    return "";
  };

  LK.sourceLink = function (source) {
    const address = LK.sourceAddress(source);
    if (!address) return LK.el("span", { class: "source", text: source });
    return LK.el("a", { class: "source", href: address, rel: "noopener noreferrer", target: "_blank", text: source });
  };

  const SENTENCES = { "is a": "is a kind of", "member of drug group": "belongs to the drug group", "has defining feature": "always shows" };
  LK.verb = (predicate) => SENTENCES[predicate] || predicate;

  /* One step as a sentence with its sources. Step: subject, predicate, object, some, asserted, evidence[], struck, proof[]. */
  LK.stepItem = function (step, number) {
    const some = step.some ? " in some cases" : "";
    const contrary = step.evidence.filter((e) => e.direction !== "supports").length;
    return LK.el("li", { class: "step" + (step.asserted ? "" : " inferred") + (step.struck ? " struck" : "") },
      LK.el("span", { class: "number", "aria-hidden": "true", text: number }),
      LK.el("div", { class: "sentence" },
        LK.el("p", {}, LK.el("b", { text: step.subject }), " " + LK.verb(step.predicate) + " ", LK.el("b", { text: step.object }), some + "."),
        step.struck ? LK.el("p", { class: "reason", text: "Struck: " + step.struck }) : null,
        contrary ? LK.el("p", { class: "contrary", text: contrary + (contrary > 1 ? " sources do" : " source does") + " not support this." }) : null,
        step.asserted ? LK.evidence(step.evidence) : LK.proof(step.proof)));
  };

  LK.proof = function (lines) {
    return LK.el("details", { class: "proof" }, LK.el("summary", { text: "inferred, not stated by a source: why?" }),
      LK.el("ul", {}, (lines && lines.length ? lines : ["It follows from the hierarchy of terms."]).map((line) => LK.el("li", { text: line }))));
  };

  LK.evidence = function (rows) {
    if (!rows.length) return LK.el("p", { class: "evidence muted", text: "asserted; a fact of the terms, no source needed" });
    const shown = rows.slice(0, 2).map(LK.evidenceRow);
    if (rows.length <= 2) return LK.el("div", { class: "evidence" }, shown);
    return LK.el("div", { class: "evidence" }, shown,
      LK.el("details", {}, LK.el("summary", { text: rows.length - 2 + " more sources" }), rows.slice(2).map(LK.evidenceRow)));
  };

  LK.evidenceRow = function (row) {
    return LK.el("p", { class: row.direction === "supports" ? "" : "against" },
      LK.sourceLink(row.source), " ", LK.el("span", { class: "kind", text: row.kind + (row.direction === "supports" ? "" : ", " + row.direction) }),
      row.quantity ? LK.el("span", { class: "quantity", text: " " + row.quantity }) : null,
      row.gist ? LK.el("span", { class: "gist", text: " " + row.gist }) : null);
  };

  /* Bars of what spoke for and against. Parts: [factor, label, weight, reason]; `scale` is the weight of the longest bar of all. */
  LK.bars = function (parts, scale) {
    const most = Math.max(1, scale || 0, ...parts.map((p) => Math.abs(p[2])));
    return LK.el("ul", { class: "bars", "aria-label": "What spoke for and against, as relative support" }, parts.map(([factor, label, weight, reason]) => {
      const width = Math.round((Math.abs(weight) / most) * 46);
      const sign = weight > 0 ? "for" : weight < 0 ? "against" : "neutral";
      const bar = LK.svg("svg", { class: "weightbar " + sign, viewBox: "0 0 100 10", "aria-hidden": "true", preserveAspectRatio: "none" },
        LK.svg("line", { x1: 50, x2: 50, y1: 0, y2: 10 }),
        LK.svg("rect", { x: weight < 0 ? 50 - width : 50, y: 1.5, width: width, height: 7 }));
      return LK.el("li", {}, LK.el("span", { class: "what", text: label === factor ? label : factor + ": " + label }), bar,
        LK.el("span", { class: "weight", text: (weight > 0 ? "+" : weight < 0 ? "−" : "±") + Math.abs(weight).toFixed(1) }),
        LK.el("span", { class: "why", text: reason }));
    }));
  };

  LK.svg = function (tag, attributes, ...children) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    node.append(...children.flat(Infinity));
    return node;
  };

  /* Points of a sign: shape = {sides, inner?, turn?}; a circle has no points. */
  LK.points = function (shape, x, y, r) {
    const count = shape.sides * (shape.inner ? 2 : 1);
    return Array.from({ length: count }, (_, i) => {
      const radius = shape.inner && i % 2 ? r * shape.inner : r;
      const angle = (i / count + (shape.turn || 0)) * 2 * Math.PI - Math.PI / 2;
      return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
    });
  };

  LK.sign = function (shape, color) {
    const look = shape.hollow ? { fill: "none", stroke: color, "stroke-width": 2.4 } : { fill: color, stroke: color, "stroke-width": 1 };
    const body = shape.sides ? LK.svg("polygon", { points: LK.points(shape, 8, 8, 6).map((p) => p.map((v) => v.toFixed(2)).join(",")).join(" "), ...look })
      : LK.svg("circle", { cx: 8, cy: 8, r: 5.2, ...look });
    return LK.svg("svg", { class: "sign", viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, body);
  };

  LK.isDark = function () {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  };

  LK.fold = function (text) {
    const plain = String(text).toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
    return plain.replace(/haem/g, "hem").replace(/paenia/g, "penia").replace(/aemia/g, "emia").replace(/leuco/g, "leuko").replace(/sulph/g, "sulf").replace(/oedema/g, "edema");
  };

  LK.say = function (text) {
    const live = document.getElementById("live");
    if (live) live.textContent = text;
  };
})();
