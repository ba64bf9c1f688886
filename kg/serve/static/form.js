// @ts-check
"use strict";
/* The form: what is known of a case, as rows on the page, and the case in the schema of `kg schema case`. */
LK.parts.push(function () {
  const el = LK.el, byId = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id)), DAY = 86400000;
  const COUNTS = ["10*9/L", "/uL", "10*3/uL", "%"];
  const TESTS = [
    ["ANC", "Neutrophils (ANC)", COUNTS], ["WBC", "White cells (WBC)", COUNTS], ["lymphocytes", "Lymphocytes", COUNTS], ["monocytes", "Monocytes", COUNTS],
    ["hemoglobin", "Hemoglobin", ["g/dL", "g/L", "mmol/L"]], ["platelets", "Platelets", ["10*9/L", "/uL", "10*3/uL"]], ["MCV", "MCV", ["fL"]],
    ["temperature", "Temperature", ["Cel", "[degF]"]], ["CRP", "CRP", ["mg/L", "mg/dL"]], ["LDH", "LDH", ["U/L"]], ["vitamin B12", "Vitamin B12", ["pg/mL", "pmol/L"]],
    ["folate", "Folate", ["ng/mL", "nmol/L"]], ["copper", "Copper", ["ug/dL", "umol/L"]], ["ferritin", "Ferritin", ["ng/mL", "ug/L"]],
  ];
  const USUAL = ["Fever", "Splenomegaly", "Oral ulcer", "Lymphadenopathy", "Recurrent infections", "Arthritis", "Anemia", "Thrombocytopenia", "Weight loss", "Diarrhea"];
  const state = { labs: [], findings: [], drugs: [] };
  let serial = 0, silent = false;
  LK.form = state;

  const nameOf = (test) => (TESTS.find((t) => t[0] === test) || [test, test])[1];
  const changed = () => { if (!silent) LK.caseChanged(); };
  const number = (text) => (String(text).trim() === "" ? NaN : Number(String(text).trim().replace(",", ".")));

  /* ---- laboratory values */
  function addLab(test, fixed, value, unit, days) {
    const known = TESTS.find((t) => t[0] === test) || [test, test, COUNTS], id = "lab" + ++serial, units = unit && !known[2].includes(unit) ? [unit, ...known[2]] : known[2];
    const field = { test: () => (fixed ? test : name.value.trim()), fixed };
    const name = fixed ? el("label", { class: "name", for: id, text: known[1] }) : el("select", { "aria-label": "Test", onchange: () => { fill(); changed(); } }, TESTS.map((t) => el("option", { value: t[0], selected: t[0] === test, text: t[1] })));
    field.value = el("input", { id, type: "text", inputmode: "decimal", "aria-label": fixed ? null : "Value", oninput: changed, value: value === undefined ? "" : value });
    field.unit = el("select", { "aria-label": "Unit of " + known[1], onchange: changed });
    field.days = el("input", { type: "text", inputmode: "decimal", "aria-label": "Days ago, " + known[1], placeholder: "today", oninput: changed, value: days || "" });
    const fill = (list) => field.unit.replaceChildren(...(list || (TESTS.find((t) => t[0] === field.test()) || known)[2]).map((u) => el("option", { value: u, text: LK.showUnit(u), selected: u === unit })));
    fill(units);
    const remove = fixed ? el("span") : el("button", { type: "button", class: "remove", "aria-label": "Remove this value", onclick: () => { state.labs.splice(state.labs.indexOf(field), 1); row.remove(); changed(); } }, "×");
    const row = el("div", { class: "lab" }, name, field.value, field.unit, field.days, remove);
    state.labs.push(field);
    byId("labs").append(row);
    return field;
  }

  /* ---- findings: present, absent, not checked */
  LK.addFinding = function (text, status, removable) {
    const known = state.findings.find((f) => LK.fold(f.text) === LK.fold(text));
    if (known) { known.set(status || "present"); changed(); return known; }
    const name = "finding" + ++serial, finding = { text, status: "" };
    const boxes = [["present", "yes"], ["absent", "no"], ["", "not checked"]].map(([value, word]) => {
      const input = el("input", { type: "radio", name, value, onchange: () => { finding.status = value; changed(); } });
      return [input, el("label", {}, input, word)];
    });
    finding.set = (value) => { finding.status = value; boxes.forEach(([input]) => { input.checked = input.value === value; }); };
    finding.set(status || "");
    const row = el("fieldset", { class: "finding" }, el("legend", { text }), el("span", { class: "states" }, boxes.map((b) => b[1])));
    finding.row = row;
    finding.removable = removable;
    state.findings.push(finding);
    byId("findings").append(row);
    if (removable) row.scrollIntoView({ block: "nearest" });
    changed();
    return finding;
  };

  /* ---- drugs: dates or days, whichever is at hand */
  LK.addDrug = function (name, start, stop) {
    const drug = { name };
    const pair = (key, label) => {
      const days = el("input", { type: "text", inputmode: "decimal", "aria-label": name + ": " + label + ", days ago", placeholder: "days", oninput: () => { const n = number(days.value); date.value = n >= 0 ? asDate(n) : ""; changed(); } });
      const date = el("input", { type: "date", max: asDate(0), "aria-label": name + ": " + label + ", date", onchange: () => { days.value = date.value ? Math.round((Number(today()) - Number(new Date(date.value + "T00:00"))) / DAY) : ""; changed(); } });
      drug[key] = { days, date };
      return el("span", { class: "when-part" }, el("span", { text: label + " " }), date, " or ", days, " days ago");
    };
    const row = el("div", { class: "drug" }, el("b", { text: name }), el("button", { type: "button", class: "remove", "aria-label": "Remove " + name, onclick: () => { state.drugs.splice(state.drugs.indexOf(drug), 1); row.remove(); changed(); } }, "×"),
      el("div", { class: "when" }, pair("start", "started"), pair("stop", "stopped")));
    for (const [key, n] of [["start", start], ["stop", stop]]) if (n !== undefined && n !== null) { drug[key].days.value = n; drug[key].date.value = asDate(n); }
    state.drugs.push(drug);
    byId("drugs").append(row);
    changed();
  };
  function today() { const now = new Date(); return new Date(now.getFullYear(), now.getMonth(), now.getDate()); }
  function asDate(days) { const d = new Date(Number(today()) - days * DAY); return [d.getFullYear(), String(d.getMonth() + 1).padStart(2, "0"), String(d.getDate()).padStart(2, "0")].join("-"); }

  /* ---- the case */
  LK.readCase = function () {
    const found = { patient: {}, labs: [], findings: [], drugs: [] }, bad = [];
    for (const field of state.labs) {
      const text = field.value.value.trim(), typed = text ? LK.parseValue(text) : {}, ago = number(field.days.value);
      const wrongDays = field.days.value.trim() !== "" && !(ago >= 0), name = nameOf(field.test());
      field.value.setAttribute("aria-invalid", String(!!typed.wrong));
      field.days.setAttribute("aria-invalid", String(wrongDays));
      if (typed.wrong) bad.push(name + ": " + text + " " + typed.wrong);
      else if (wrongDays) bad.push(name + ": " + field.days.value + " days ago is no number of days");
      else if (text) found.labs.push({ test: field.test(), value: typed.value, unit: typed.unit || field.unit.value, ...(typed.bound ? { bound: typed.bound } : {}), ...(ago >= 0 ? { days_ago: ago } : {}) });
    }
    for (const f of state.findings) if (f.status) found.findings.push({ text: f.text, status: f.status });
    for (const d of state.drugs) {
      const start = number(d.start.days.value), stop = number(d.stop.days.value);
      found.drugs.push({ name: d.name, ...(start >= 0 ? { days_since_start: start } : {}), ...(stop >= 0 ? { days_since_stop: stop } : {}) });
    }
    if (byId("complete").checked) found.drugs_complete = true;
    const age = number(byId("age").value), unit = byId("age-unit").value;
    const wrongAge = byId("age").value.trim() !== "" && !(age >= 0);
    byId("age").setAttribute("aria-invalid", String(wrongAge));
    if (wrongAge) bad.push("Age: " + byId("age").value + " is no number of years, months or days");
    if (age >= 0) found.patient.age = "P" + age + unit;
    for (const key of ["sex", "duffy"]) if (byId(key).value) found.patient[key] = byId(key).value;
    return { case: found, bad, empty: !found.labs.length && !found.findings.length && !found.drugs.length };
  };

  const shown = (lab) => (lab.value === undefined ? undefined : (lab.bound || "") + lab.value);
  LK.fillCase = function (given) {
    silent = true;
    for (const key of ["labs", "findings", "drugs"]) { state[key].length = 0; byId(key).replaceChildren(); }
    byId("labs").append(el("div", { class: "lab heads", "aria-hidden": "true" }, ["Test", "Value", "Unit", "Days ago", ""].map((text) => el("span", { text }))));
    const labs = [...(given.labs || [])];
    for (const test of ["ANC", "WBC", "lymphocytes"]) {
      const at = labs.findIndex((l) => l.test === test && !l.days_ago), lab = at >= 0 ? labs.splice(at, 1)[0] : {};
      addLab(test, true, shown(lab), lab.unit, lab.days_ago);
    }
    for (const lab of labs) addLab(lab.test, false, shown(lab), lab.unit, lab.days_ago);
    for (const text of USUAL) LK.addFinding(text, "", false);
    for (const f of given.findings || []) LK.addFinding(f.text, f.status, true);
    for (const d of given.drugs || []) LK.addDrug(d.name, d.days_since_start, d.days_since_stop);
    const patient = given.patient || {}, age = /^P([\d.]+)([YMD])$/.exec(patient.age || "");
    byId("age").value = age ? age[1] : "";
    byId("age-unit").value = age ? age[2] : "Y";
    byId("sex").value = patient.sex || "";
    byId("duffy").value = patient.duffy || "";
    byId("complete").checked = !!given.drugs_complete;
    silent = false;
    changed();
  };

  byId("add-lab").addEventListener("click", () => addLab("ANC", false).value.focus());
  for (const id of ["age", "age-unit", "sex", "duffy", "complete"]) byId(id).addEventListener("input", changed);
  byId("case").addEventListener("submit", (event) => event.preventDefault());

  /* ---- adding by name: offers from the vocabulary, free text too */
  const find = (categories) => (query) => {
    const text = LK.fold(query).trim();
    if (text.length < 2) return [];
    const hits = LK.getNames().filter((e) => categories(e)).map((entry) => ({ entry, score: LK.score(entry.names, entry.codes, text) })).filter((hit) => hit.score >= 0);
    return hits.sort((a, b) => a.score - b.score || a.entry.names[0].length - b.entry.names[0].length || (a.entry.names[0] < b.entry.names[0] ? -1 : 1)).slice(0, 8).map((hit) => hit.entry);
  };
  const draw = (entry, query) => {
    const text = LK.fold(query).trim(), i = entry.names.findIndex((n) => n.includes(text));
    return [LK.signOf(entry.kind), el("span", { text: entry.label }), el("span", { class: "muted", text: i > 0 ? " " + entry.spelled[i] : "" })];
  };
  const isDrug = (e) => e.kind === "drug" || e.kind === "drug group";
  LK.combo({ box: byId("drug"), list: byId("drug-hits"), find: find(isDrug), draw, free: true, choose: (hit, text) => LK.addDrug(hit ? hit.label : text) });
  LK.combo({ box: byId("finding"), list: byId("finding-hits"), find: find((e) => !isDrug(e)), draw, free: true, choose: (hit, text) => LK.addFinding(hit ? hit.label : text, "present", true) });
});
