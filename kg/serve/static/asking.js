// @ts-check
"use strict";
/* Questions about the answer that the server answers: what next, why not, what if. Where it cannot, they are not shown. */
LK.parts.push(function () {
  const el = LK.el, missing = new Set();
  LK.can = (name) => LK.served && !missing.has(name);

  async function ask(name, body) {
    try { return await LK.post(name, body); } catch (error) { if (error.status === 404) missing.add(name); throw error; }
  }

  /* ---- what next */
  LK.askNext = async function () {
    const target = document.getElementById("next"), answer = LK.answer;
    if (!LK.can("next") || !answer.causes.length || !target) return;
    try {
      const found = await ask("next", { case: LK.readCase().case, limit: 6 });
      if (answer !== LK.answer) return;
      const items = (found.questions || []).map((q) => el("li", {}, el("span", { class: "asked" }, el("b", { text: q.label }), el("span", { class: "muted", text: q.effort || "" }),
        el("button", { type: "button", onclick: () => LK.addFinding(q.label, "present", true) }, "yes"), el("button", { type: "button", onclick: () => LK.addFinding(q.label, "absent", true) }, "no"),
        el("span", { class: "muted", text: would("yes", q.if_present) + would("; no", q.if_absent) }))));
      const first = (found.ask_first || []).map((q) => el("li", { text: "Ask first: " + q.question }));
      if (items.length + first.length) target.replaceChildren(el("details", { class: "block", open: true }, el("summary", { text: "What next: what splits these causes best" }), el("ul", {}, first, items)));
    } catch { target.replaceChildren(); }
  };
  const would = (word, result) => (result && result.top && result.top.length ? word + ": first " + LK.shortName(result.top[0].label) + (result.struck_out ? ", " + result.struck_out + " struck out" : "") : "");

  /* ---- why not (or not higher) */
  LK.whyNotButton = (cause) => (LK.can("why-not") ? el("button", { type: "button", class: "served", onclick: (event) => showWhyNot(cause.id, event.target.parentElement) }, cause.struck ? "Why not?" : "Why not higher?") : "");

  LK.whyNotBlock = function () {
    if (!LK.can("why-not")) return null;
    const result = el("div"), box = el("input", { type: "text", id: "why-not", "aria-label": "Name of a cause that you miss", placeholder: "A cause that you miss", onkeydown: (event) => { if (event.key === "Enter") { event.preventDefault(); run(); } } });
    const run = () => box.value.trim() && showWhyNot(box.value.trim(), result);
    return el("details", { class: "block", id: "why-not-block" }, el("summary", { text: "Why not …?" }), el("p", { class: "asked" }, box, el("button", { type: "button", onclick: run }, "Ask")), result);
  };

  async function showWhyNot(cause, target) {
    const old = target.querySelector(".why-not");
    if (old) { old.remove(); return; }
    const box = el("div", { class: "why-not" }, "…");
    target.append(box);
    try {
      const found = await ask("why-not", { cause, case: LK.readCase().case });
      const failed = found.conditions.find((c) => !c.holds);
      box.replaceChildren(...[
        failed ? el("p", {}, el("b", { text: LK.shortName(found.label) + ": " + failed.question + " No: " }), failed.detail) : el("p", { text: LK.shortName(found.label) + " stands at rank " + found.rank + " of " + found.of + "." }),
        ...(found.outranked_by || []).slice(0, 3).map((other) => el("p", { class: "muted", text: "Above it: " + other.rank + " " + LK.shortName(other.label) + ((other.by || []).length ? ": " + other.by.join(", ") : "") })),
        ...Object.entries(found.changes || {}).filter(([, sets]) => sets.length).map(([goal, sets]) => el("p", { class: "muted", text: (goal === "to_answer" ? "The smallest change that brings it back: " : "The smallest change that brings it to the top: ") + sets[0].changes.map((c) => c.text).join(" and ") })),
      ]);
    } catch (error) { box.replaceChildren(el("p", { class: "error", text: error.message })); }
  }

  /* ---- what if: one thing less */
  LK.whatIfBlock = function () {
    const { case: given } = LK.readCase();
    const things = [...given.drugs.map((d) => ["drug:" + d.name, d.name]), ...given.findings.map((f) => [(f.status === "absent" ? "absent:" : "finding:") + f.text, f.text + (f.status === "absent" ? " (absent)" : "")]), ...given.labs.map((l) => ["lab:" + l.test, l.test + " " + l.value])];
    if (!LK.can("what-if") || !things.length || !LK.answer.causes.length) return null;
    const result = el("div");
    return el("details", { class: "block", id: "what-if" }, el("summary", { text: "What if one of these were not so?" }), el("p", { class: "muted", text: "This changes the question, not the treatment." }),
      el("p", { class: "asked" }, things.map(([drop, text]) => el("button", { type: "button", onclick: () => showWhatIf(drop, text, result) }, "without " + text))), result);
  };

  async function showWhatIf(drop, text, target) {
    try {
      const found = await ask("what-if", { case: LK.readCase().case, add: [], drop: [drop] });
      const lists = Object.entries({ Enters: found.entered, Leaves: found.left, Rises: found.risen, Falls: found.fallen });
      target.replaceChildren(el("p", {}, el("b", { text: "Without " + text + ":" })), el("ul", {}, lists.filter(([, list]) => list && list.length).map(([word, list]) => el("li", { text: word + ": " + list.slice(0, 4).map((c) => LK.shortName(c.label) + place(c)).join(", ") + (list.length > 4 ? " and " + (list.length - 4) + " more" : "") }))));
      if (found.note) target.append(el("p", { class: "muted", text: found.note }));
    } catch (error) { target.replaceChildren(el("p", { class: "error", text: error.message })); }
  }
  const place = (c) => (c.from && c.to ? " (" + c.from + " to " + c.to + ")" : c.because && !Array.isArray(c.because) ? " (" + c.because + ")" : c.rank ? " (" + c.rank + ")" : "");
});
