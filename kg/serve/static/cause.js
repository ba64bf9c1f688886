// @ts-check
"use strict";
/* One cause of an answer: headline, support, its chain drawn, what spoke for and against, steps with sources. */
LK.parts.push(function () {
  const el = LK.el;
  LK.shortName = (label) => label.replace(/ exposure$/, "");

  /* A bar of the support that this cause has, between the lowest and the highest of the answer. */
  function meter(score, scale) {
    const width = Math.max(2, Math.round(100 * Math.min(1, Math.max(0, (score - scale.low) / (scale.high - scale.low || 1)))));
    return LK.svg("svg", { class: "meter", viewBox: "0 0 100 10", preserveAspectRatio: "none", role: "img", "aria-label": "relative support " + score.toFixed(1) },
      LK.svg("rect", { class: "back", width: 100, height: 10, rx: 3 }), LK.svg("rect", { class: "value", width, height: 10, rx: 3 }));
  }

  LK.chainLine = function (chain) {
    const parts = [el("span", { class: "pill", text: LK.shortName(chain.steps[0].subject_label) })];
    chain.steps.forEach((step, i) => {
      const down = step.subject !== (i ? chain.steps[i - 1].object : step.subject);
      parts.push(el("span", { class: "arrow" + (step.asserted ? "" : " inferred") + (step.struck ? " struck" : ""), text: LK.verb(step.predicate) + (step.scope === "some" ? " (some)" : "") + " →" }));
      parts.push(el("span", { class: "pill" + (i === chain.steps.length - 1 ? " finding" : ""), text: LK.shortName(down ? step.subject_label : step.object_label) }));
    });
    return el("p", { class: "chainline" }, parts);
  };

  const stepOf = (step) => ({ ...step, subject: step.subject_label, object: step.object_label, some: step.scope === "some", proof: [] });
  LK.steps = function (cause) {
    const seen = new Set(), steps = [];
    for (const chain of cause.chains) for (const step of chain.steps) {
      const key = [step.subject, step.predicate, step.object].join("|");
      if (!seen.has(key)) { seen.add(key); steps.push(step); }
    }
    return el("ol", { class: "steps" }, steps.map((step, i) => LK.stepItem(stepOf(step), i + 1)));
  };
  LK.parts4 = (cause) => cause.contributions.filter((p) => p.weight).map((p) => [p.factor, p.label, p.weight, p.reason]);

  const word4 = (p) => ({ exposure: "exposure", window: "time window", time: "earlier value", depth: "depth that its sources report", unlisted: "not known for " + p.label, lineage: p.label + " left unexplained" })[p.factor] || p.label;
  function shortly(cause) {
    const named = cause.contributions.filter((p) => p.weight && !["prior", "evidence", "tier"].includes(p.factor));
    const list = (word, cls, parts) => (parts.length ? el("span", {}, el("b", { class: cls, text: word + " " }), parts.map((p) => word4(p) + " " + (p.weight > 0 ? "+" : "−") + Math.abs(p.weight).toFixed(1)).join(", ")) : null);
    const found = [list("for", "plus", named.filter((p) => p.weight > 0)), list("against", "minus", named.filter((p) => p.weight < 0))];
    if (cause.not_checked.length) found.push(el("span", {}, el("b", { text: "not checked " }), cause.not_checked.slice(0, 4).join(", ")));
    return el("p", { class: "short" }, found);
  }

  function via(cause) {
    const found = cause.mechanisms || [];
    if (!found.length) return null;
    const rest = found.length > 2 ? " and " + (found.length - 2) + " more" : "";
    return el("p", { class: "short" }, el("span", {}, el("b", { text: "via " }), found.slice(0, 2).map((m) => m.label + (m.disputed ? " (disputed)" : "")).join(", ") + rest));
  }

  /* What the tier says of the evidence, in the words of the weight that it has. */
  const tierOf = (cause) => (cause.contributions.find((p) => p.factor === "tier") || {}).reason;

  /* What folds into a cause: other forms of the disease, and classes of which it is a kind. */
  function variants(cause) {
    const found = cause.variants || [];
    if (!found.length) return null;
    const names = found.map((v) => el("li", {}, LK.shortName(v.label) + " ", el("span", { class: "muted", text: v.score.toFixed(1) })));
    return el("details", { class: "variants" }, el("summary", { text: found.length + (found.length > 1 ? " forms and classes" : " form or class") + " of it, told here once" }), el("ul", {}, names));
  }

  LK.causeItem = function (cause, scale, open) {
    const shown = cause.chains.slice(0, 1), notes = [cause.commonness, tierOf(cause), cause.only_with ? "only with " + cause.only_with + ", not given" : "", ...(cause.remarks || [])].filter(Boolean);
    const details = el("details", { open: open || null }, el("summary", { text: "Sources and contributions" }));
    const fill = () => { if (details.children.length === 1) details.append(...inside(cause)); };
    if (open) fill();
    details.addEventListener("toggle", fill);
    const pick = el("label", { class: "picked" }, el("input", { type: "checkbox", "aria-label": "Compare " + cause.label, onchange: (event) => LK.pickCause(cause, event.target.checked) }), "compare");
    return el("li", { class: "cause" + (cause.struck ? " struck" : ""), "data-id": cause.id },
      el("div", { class: "headline" }, el("span", { class: "rank", text: cause.struck ? "×" : cause.rank }),
        el("h3", {}, LK.signOf(cause.kind), el("span", { class: "name", text: LK.shortName(cause.label) }), el("span", { class: "kind", text: [cause.kind, ...notes].join("; ") })),
        cause.struck ? el("span") : meter(cause.score, scale)),
      cause.struck ? el("p", { class: "short reason", text: "Struck out: " + cause.struck }) : null,
      cause.cant_miss && !cause.struck ? el("p", { class: "short cant-miss" }, el("span", {}, el("b", { text: "Not to be missed: " }), cause.cant_miss.reason + " ", LK.sourceLink(cause.cant_miss.source))) : null,
      shown.map(LK.chainLine), via(cause), shortly(cause),
      el("div", { class: "more" }, details, variants(cause), LK.whyNotButton(cause), pick));
  };

  function inside(cause) {
    const parts = LK.parts4(cause), mechanisms = cause.mechanisms || [], found = [];
    if (parts.length) found.push(el("h4", { text: "What spoke for and against" }), LK.bars(parts, LK.most));
    for (const chain of cause.chains.slice(1)) found.push(LK.chainLine(chain));
    if (mechanisms.length) found.push(el("p", {}, el("b", { text: "Mechanisms: " }), mechanisms.map((m) => m.label + (m.disputed ? " (disputed)" : "")).join("; ")));
    found.push(LK.steps(cause));
    if (cause.not_explained.length) found.push(el("p", { class: "muted", text: "Not explained by it: " + cause.not_explained.join(", ") }));
    return found;
  }
});
