// @ts-check
"use strict";
/* A text box with a list of offers below it: arrows, Enter, Escape, mouse; the ARIA combobox pattern. */
(function () {
  /* parts: {box, list, find(text) -> entries, draw(entry) -> nodes, choose(entry, text), none(text)} ; free text goes to choose(null, text) where `free`. */
  LK.combo = function (parts) {
    const { box, list } = parts;
    let hits = [], at = -1;

    function show() {
      hits = parts.find(box.value);
      at = hits.length && !parts.free ? 0 : -1;
      list.replaceChildren(...hits.map((hit, i) => LK.el("li", { role: "option", id: list.id + "-" + i, "aria-selected": false, onmousedown: (event) => { event.preventDefault(); choose(i); } }, parts.draw(hit, box.value))));
      list.hidden = !hits.length;
      if (parts.none) parts.none(box.value.trim() && !hits.length ? box.value.trim() : "");
      box.setAttribute("aria-expanded", String(!!hits.length));
      mark();
    }

    function mark() {
      [...list.children].forEach((child, i) => child.setAttribute("aria-selected", String(i === at)));
      if (at < 0) { box.removeAttribute("aria-activedescendant"); return; }
      box.setAttribute("aria-activedescendant", list.id + "-" + at);
      list.children[at].scrollIntoView({ block: "nearest" });
    }

    function close() {
      list.hidden = true;
      at = -1;
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
      if (parts.none) parts.none("");
    }

    function choose(i) {
      const text = box.value.trim(), hit = i >= 0 ? hits[i] : null;
      if (!hit && !(parts.free && text)) return;
      close();
      if (!parts.keep) box.value = "";
      parts.choose(hit, text);
    }

    function move(step) {
      if (list.hidden) show();
      if (!hits.length) return;
      at = at < 0 ? (step > 0 ? 0 : hits.length - 1) : (at + step + hits.length) % hits.length;
      mark();
    }

    box.addEventListener("input", show);
    box.addEventListener("blur", close);
    box.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); move(event.key === "ArrowDown" ? 1 : -1); }
      else if (event.key === "Enter") { event.preventDefault(); choose(at); }
      else if (event.key === "Escape" && !list.hidden) { event.stopPropagation(); close(); }
    });
  };

  /* How well names answer to a text: lower is better, -1 is not at all. names: folded label first, then synonyms; codes: lower case. */
  LK.score = function (names, codes, text) {
    if (names.includes(text) || codes.includes(text)) return 0;
    if (names[0].startsWith(text)) return 1;
    if (names.some((n) => n.startsWith(text))) return 2;
    if (names.some((n) => n.includes(" " + text))) return 3;
    return names.some((n) => n.includes(text)) || codes.some((c) => c.startsWith(text)) ? 4 : -1;
  };
})();
