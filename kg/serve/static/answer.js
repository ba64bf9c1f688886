// @ts-check
"use strict";
/* The whole answer: urgent lines first, what was understood, the ranked causes, what was struck out, what to ask. */
LK.parts.push(function () {
  const el = LK.el, SHOWN = 10;
  let picked = [];

  LK.showAnswer = function (answer, changes) {
    picked = [];
    LK.answer = answer;
    const target = document.getElementById("answer"), causes = answer.causes, scale = scaleOf(causes);
    const list = el("div", { id: "causes" }, shelved(causes.slice(0, SHOWN), scale));
    LK.most = Math.max(1, ...causes.slice(0, 100).flatMap((c) => c.contributions.map((p) => Math.abs(p.weight))));
    target.replaceChildren(...[
      answer.alerts.map((text) => el("p", { class: "alert", role: "alert", text })),
      el("h2", { text: headline(answer) }), drugsGiven(answer),
      jump(answer), told(answer), changes ? el("p", { class: "changed", id: "changed", text: changes }) : null,
      notUnderstood(answer),
      el("div", { id: "versus" }), causes.length ? list : nothing(answer),
      rest(causes, scale), el("div", { id: "next" }), together(answer), struck(answer, scale), LK.whatIfBlock(), LK.whyNotBlock(), toAsk(answer), labels(answer), coverage(answer),
    ].flat().filter(Boolean));
    document.getElementById("safety").textContent = answer.disclaimer;
    document.getElementById("versions").textContent = Object.entries(answer.versions).map(([name, value]) => name + " " + value).join(" · ");
    glance(answer);
    LK.say(causes.length ? causes.length + " causes could explain it; first: " + causes[0].label : headline(answer));
    LK.askNext();
  };

  /* Causes under the names of their shelves: how well they fit. */
  function shelved(causes, scale) {
    const shelves = [...new Set(causes.map((c) => c.shelf || ""))];
    return shelves.map((shelf) => [shelf ? el("h3", { class: "shelf", text: shelf[0].toUpperCase() + shelf.slice(1) }) : null,
      el("ol", { class: "causes" }, causes.filter((c) => (c.shelf || "") === shelf).map((cause) => LK.causeItem(cause, scale)))]);
  }

  /* Ways to the parts below the causes. */
  function jump(answer) {
    if (!answer.causes.length) return null;
    const to = (id, text) => el("button", { type: "button", onclick: () => { const part = document.getElementById(id); if (!part) return; /** @type {any} */ (part.querySelector("details") || part).open = true; part.scrollIntoView({ block: "start" }); } }, text);
    return el("nav", { class: "jump", "aria-label": "Parts of the answer" }, LK.can("next") ? to("next", "What next") : null, answer.struck_out.length ? to("struck", "Struck out " + answer.struck_out.length) : null, LK.can("what-if") ? to("what-if", "What if") : null, LK.can("why-not") ? to("why-not-block", "Why not …?") : null);
  }

  /* On a phone the first causes stand at the foot of the screen while one types. */
  function glance(answer) {
    const text = answer.causes.length ? answer.causes.slice(0, 3).map((c) => c.rank + " " + LK.shortName(c.label)).join(", ") + " …" : headline(answer);
    document.getElementById("glance").replaceChildren(el("button", { type: "button", onclick: () => document.getElementById("answer").scrollIntoView({ block: "start" }) }, (answer.alerts.length ? "⚠ Urgent. " : "") + text));
  }

  const scaleOf = (causes) => ({ high: Math.max(1, ...causes.slice(0, 1).map((c) => c.score)), low: Math.min(-3, ...causes.slice(0, SHOWN).map((c) => c.score)) });
  function headline(answer) {
    const names = answer.findings.map((f) => f.label + (f.value ? " (" + f.value + ")" : "")).join(", ");
    if (answer.status === "normal_for") return answer.normal_for.map((n) => n.text + " is normal for " + n.group).join("; ");
    if (answer.status === "no_finding") return "Nothing to explain: nothing that you gave is low";
    if (!answer.causes.length) return "No cause in scope explains " + (names || "this");
    return answer.causes.length + " causes could explain " + names + (answer.status === "partly" ? ", not all of it" : "");
  }

  /* Which rule decided, what other rules would say, what was assumed. */
  function told(answer) {
    const lines = answer.readings.filter((r) => r.rule).map((r) => el("p", { class: "told" }, el("b", { text: r.text + (r.days_ago ? ", " + r.days_ago + " days ago" : "") + ": " }), LK.plainly(r.rule, {}) + " ", LK.sourceLink(r.source)));
    const others = [...new Set([...answer.readings.flatMap((r) => r.competing), ...answer.assumptions])];
    const first = !answer.causes.length ? lines : lines.slice(0, 1), more = [...lines.slice(first.length), ...others.map((text) => el("p", { class: "told muted", text: LK.plainly(text, {}) }))];
    return [el("p", { class: "muted told", text: answer.causes.length ? "Order: relative support; not probability, not urgency." : "" }), ...first, more.length ? el("details", { class: "told" }, el("summary", { text: "other rules and assumptions (" + more.length + ")" }), more) : null];
  }

  function nothing(answer) {
    return el("p", { text: answer.status === "normal_for" ? "Nothing to explain: by its own limit the count is not low. The rule above says so, with its source." : answer.status === "no_finding" ? "Give a low count, or a finding such as neutropenia. The rules above say which limit decided." : "The graph holds no cause for it; that is a gap of the graph, not of the patient." });
  }

  /* A line for each drug that was given: none vanishes. */
  function drugsGiven(answer) {
    const brief = (said) => said.split(/; | \[/)[0];
    const lines = (answer.drugs_given || []).map((drug) => (drug.standing === "name not known" || brief(drug.said) === drug.said ? el("p", { class: "told", "data-standing": drug.standing, text: drug.said }) : el("details", { class: "told given", "data-standing": drug.standing }, el("summary", { text: brief(drug.said) }), el("p", { class: "muted", text: drug.said }))));
    const known = (answer.no_bearing || []).length ? el("p", { class: "muted", text: "Known, no bearing here: " + answer.no_bearing.join(", ") }) : null;
    return [lines.length ? el("section", { id: "drugs-given", "aria-label": "Drugs you gave" }, el("b", { class: "told", text: "Drugs you gave" }), lines) : null, known];
  }

  function notUnderstood(answer) {
    return answer.not_understood.map((item) => el("p", { class: "error" }, "Not understood: ", el("b", { text: item.text || "" }), (item.reason ? " (" + LK.plainly(item.reason, LK.readCase().case) + ")" : "") + ((item.suggestions || []).length ? "; did you mean " + item.suggestions.join(", ") + "?" : "")));
  }

  /* The causes beyond the first ones, by family. */
  function rest(causes, scale) {
    if (causes.length <= SHOWN) return null;
    const families = new Map();
    for (const cause of causes.slice(SHOWN)) families.set(cause.family, [...(families.get(cause.family) || []), cause]);
    return el("details", { class: "block" }, el("summary", { text: "The other " + (causes.length - SHOWN) + " causes, by family" }), [...families].map(([family, found]) => {
      const inner = el("div"), box = el("details", {}, el("summary", { text: family + " (" + found.length + ")" }), inner);
      box.addEventListener("toggle", () => { if (!inner.children.length) inner.append(...shelved(found.slice(0, 100), scale).flat().filter(Boolean)); });
      return box;
    }));
  }

  const block = (title, items, open) => (items.length ? el("details", { class: "block", open: open || null }, el("summary", { text: title + " (" + items.length + ")" }), el("ul", {}, items)) : null);
  function struck(answer, scale) {
    if (!answer.struck_out.length) return null;
    return el("details", { class: "block", id: "struck", open: true }, el("summary", { text: "Struck out (" + answer.struck_out.length + ")" }), el("ol", { class: "causes" }, answer.struck_out.slice(0, 12).map((cause) => LK.causeItem(cause, scale))));
  }
  function together(answer) {
    const sets = answer.sets.filter((set) => set.causes.length > 1);
    return block("Together", sets.slice(0, 5).map((set) => el("li", {}, el("b", { text: set.causes.map((c) => c.rank + " " + LK.shortName(c.label)).join(" + ") }), " explain " + set.explains.join(", "))), true);
  }
  function toAsk(answer) {
    const items = answer.to_ask.slice(0, 40).map((item) => el("li", {}, LK.shortName(item.label) + ": " + (item.question || "")));
    return block("To ask: causes that were not given", items.length < answer.to_ask.length ? [...items, el("li", { class: "muted", text: "and " + (answer.to_ask.length - items.length) + " more" })] : items);
  }
  function labels(answer) {
    const taken = answer.label_lists.filter((item) => item.taken);
    return block("Listed in a product label, which is no causal evidence", taken.map((item) => el("li", {}, LK.shortName(item.label) + " lists " + item.finding + " ", LK.sourceLink(item.source))), true);
  }
  function coverage(answer) {
    const c = answer.coverage;
    return el("p", { class: "muted", text: c.considered ? c.considered + " causes considered, " + c.explaining + " explain it, " + c.struck_out + " struck out, " + c.to_ask + " to ask" + (c.not_addressed ? ", " + c.not_addressed + " not addressed" : "") + "; the list is open." : "" });
  }

  /* ---- two conditions side by side */
  LK.pickCause = function (cause, on) {
    picked = on ? [...picked, cause].slice(-2) : picked.filter((c) => c.id !== cause.id);
    for (const box of /** @type {any} */ (document.querySelectorAll(".picked input"))) box.checked = picked.some((c) => c.id === box.closest("[data-id]").dataset.id);
    const target = document.getElementById("versus");
    if (picked.length < 2) { target.replaceChildren(); return; }
    const shared = new Set(picked[0].contributions.map((p) => p.term).filter((t) => t && picked[1].contributions.some((q) => q.term === t)));
    target.replaceChildren(el("h3", { text: LK.shortName(picked[0].label) + " and " + LK.shortName(picked[1].label) + ", side by side" }),
      el("p", { class: "muted", text: shared.size ? "Both were weighed by: " + [...new Set(picked[0].contributions.filter((p) => shared.has(p.term)).map((p) => p.label))].join(", ") : "Nothing that you gave was weighed for both." }),
      el("div", { class: "versus" }, picked.map((c) => el("div", {}, el("h3", { text: c.rank + "  " + LK.shortName(c.label) }), c.chains.slice(0, 2).map(LK.chainLine), LK.bars(LK.parts4(c), LK.most), el("p", { class: "muted", text: c.not_checked.length ? "Not checked: " + c.not_checked.join(", ") : "" })))));
    target.scrollIntoView({ block: "nearest" });
  };

  /* What a change of the input did, in one line. */
  LK.describeChange = function (before, after) {
    if (!before) return "";
    const rank = (answer) => new Map(answer.causes.map((c) => [c.id, c]));
    const a = rank(before), b = rank(after), names = (list) => list.slice(0, 3).map((c) => LK.shortName(c.label)).join(", ") + (list.length > 3 ? " and " + (list.length - 3) + " more" : "");
    const all = (answer) => new Set(answer.causes.flatMap((c) => [c.id, ...(c.variants || []).map((v) => v.id)])), was = all(before), is = all(after);
    const entered = [...b.values()].filter((c) => !was.has(c.id)), left = [...a.values()].filter((c) => !is.has(c.id));
    const moved = [...b.values()].filter((c) => a.has(c.id) && c.rank <= 10 && a.get(c.id).rank !== c.rank).sort((x, y) => Math.abs(a.get(y.id).rank - y.rank) - Math.abs(a.get(x.id).rank - x.rank));
    const parts = [];
    if (left.length) parts.push(left.length + " left: " + names(left));
    if (entered.length) parts.push(entered.length + " entered: " + names(entered));
    if (moved.length) parts.push(moved.slice(0, 3).map((c) => LK.shortName(c.label) + " " + (a.get(c.id).rank > c.rank ? "rose" : "fell") + " from " + a.get(c.id).rank + " to " + c.rank).join(", "));
    return "What changed: " + (parts.join("; ") || "nothing in the order");
  };
});
