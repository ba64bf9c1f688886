// @ts-check
"use strict";
/* Starts the question page: the vocabulary, the calls to the server, the state between them. Nothing of a case enters an address. */
(async function () {
  const byId = (id) => document.getElementById(id), el = LK.el;
  const EXAMPLE = { patient: { age: "P41Y" }, labs: [{ test: "ANC", value: 0.4, unit: "10*9/L" }, { test: "ANC", value: 4.1, unit: "10*9/L", days_ago: 200 }], findings: [{ text: "Fever", status: "present" }, { text: "Splenomegaly", status: "absent" }], drugs: [{ name: "clozapine", days_since_start: 50 }] };
  let last = null, turn = 0, timer = 0, busy = 0, before = "";

  LK.signOf = function (kind) {
    const shape = LK.shapes[kind] || LK.shapes.other;
    return LK.sign(shape, shape[LK.isDark() ? "dark" : "light"]);
  };

  LK.post = async function (name, body) {
    const response = await fetch("/api/" + name, { method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(body), cache: "no-store", credentials: "same-origin" });
    const text = await response.text();
    let data = {};
    try { data = JSON.parse(text); } catch { data = {}; }
    if (response.ok) return data;
    const detail = typeof data.detail === "string" ? data.detail : data.detail && data.detail.message;
    const hint = (data.suggestions || []).length ? "; did you mean " + data.suggestions.join(", ") + "?" : "";
    throw Object.assign(new Error((data.error && data.error.message) || data.error || detail || data.message || "The server answered " + response.status) , { status: response.status, hint });
  };

  LK.caseChanged = function () { clearTimeout(timer); timer = setTimeout(run, 60); };

  async function run() {
    const { case: given, bad, empty } = LK.readCase(), key = JSON.stringify(given) + bad.join();
    if (key === before) return;
    before = key;
    const mine = ++turn;
    wait(false);
    if (bad.length) { fail(bad.join("; ")); return; }
    if (empty) { last = null; start(); return; }
    wait(true);
    try {
      const answer = await LK.solve(given);
      if (mine !== turn) return;
      wait(false);
      const refused = answer.not_understood.filter((item) => item.kind === "test");
      if (refused.length) { fail(refused.map((item) => LK.plainly(item.text + ": " + (item.reason || "not understood"), given)).join("; ")); return; }
      const change = LK.describeChange(last, answer);
      last = answer;
      LK.showAnswer(answer, change);
      performance.mark("answered");
    } catch (error) {
      if (mine !== turn) return;
      wait(false);
      fail(LK.plainly(error.message, given) + (error.hint || ""));
    }
  }

  /* Who waits longer than a blink is told so. */
  function wait(on) {
    clearTimeout(busy);
    byId("busy").hidden = true;
    byId("answer").setAttribute("aria-busy", String(on));
    if (on) busy = setTimeout(() => { byId("busy").hidden = false; }, 150);
  }

  /* A message stands above the last answer, which is greyed: it answers what was given before. */
  function fail(message) {
    const target = byId("answer"), old = target.querySelector(".stale");
    const rest = old ? [...old.children] : [...target.children].filter((node) => !node.classList.contains("failed"));
    const stale = el("div", { class: "stale", inert: true }, rest);
    const note = last ? el("p", { class: "failed-note", text: "The answer below, its alerts included, is for what stood here before." }) : null;
    target.replaceChildren(el("div", { class: "error failed", role: "alert" }, el("p", { text: message }), note), stale);
    byId("glance").replaceChildren(el("p", { class: "muted", text: message }));
  }

  function start() {
    byId("glance").replaceChildren();
    const cases = [["Agranulocytosis on clozapine, day 50, with fever", EXAMPLE], ["Only a low neutrophil count: ANC 0.9", { labs: [{ test: "ANC", value: 0.9, unit: "10*9/L" }] }], ["Low lymphocytes on prednisone", { labs: [{ test: "lymphocytes", value: 0.6, unit: "10*9/L" }], drugs: [{ name: "prednisone", days_since_start: 5 }] }]];
    byId("answer").replaceChildren(el("div", { class: "start" }, el("h2", { text: "Type a count, or choose a finding" }),
      el("p", { text: "The causes that could explain it appear at once, each with its chain, its sources, and what spoke for and against it." }),
      el("p", { class: "muted", text: "Or begin with an example:" }), cases.map(([text, given]) => el("button", { type: "button", onclick: () => LK.fillCase(given) }, text))));
  }

  function theme() {
    document.documentElement.dataset.theme = LK.isDark() ? "light" : "dark";
    if (last) LK.showAnswer(last, "");
  }
  const actions = { example: () => LK.fillCase(EXAMPLE), clear: () => LK.fillCase({}), print: () => window.print(), theme };

  /* What the page needs at once stands in it: signs and versions. An exported page also has names and tables, packed. */
  async function load() {
    const packed = byId("data");
    if (!packed) return JSON.parse(byId("start").textContent);
    const bytes = Uint8Array.from(atob(packed.textContent), (c) => c.charCodeAt(0));
    return JSON.parse(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).text());
  }

  /* Names are made comparable when the first one is asked for, not while the page opens. */
  function learn(names) {
    let ready = null;
    const prepare = () => names.map(([label, kind, synonyms, codes]) => ({ label, kind, spelled: [label, ...synonyms], names: [label, ...synonyms].map(LK.fold), codes }));
    LK.getNames = () => (ready = ready || prepare());
  }

  const data = await load();
  LK.data = data;
  LK.served = !data.offline;
  document.body.classList.toggle("offline", !LK.served);
  LK.shapes = data.shapes;
  byId("versions").textContent = Object.entries(data.versions || {}).map(([name, value]) => name + " " + value).join(" · ");
  LK.solve = (given) => LK.post("explain", given);
  for (const part of LK.parts) part();
  learn(data.vocabulary || []);
  for (const [name, action] of Object.entries(actions)) byId(name).addEventListener("click", action);
  LK.fillCase({});
  start();
  if (window.matchMedia("(pointer: fine)").matches) byId("labs").querySelector("input").focus({ preventScroll: true });
  document.documentElement.dataset.ready = "yes";
  if (LK.served) learn(await (await fetch("/static/vocabulary.json")).json());
  document.documentElement.dataset.names = "known";
})();
