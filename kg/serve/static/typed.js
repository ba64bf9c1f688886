// @ts-check
"use strict";
/* What somebody types as a value: `0.4`, `0,4`, `<0.1`, `0.4 K/uL`, `1,500`; and messages in the page's own words. */
LK.parts.push(function () {
  const NUMBER = /^\s*(<=|>=|<|>|≤|≥)?\s*([-−]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?|[.,]\d+))\s*(.*?)\s*$/;
  const GROUPED = /^-?\d{1,3}(,\d{3})+(\.\d+)?$/;
  /* Units as the form writes them; spellings are compared without case, blanks, raised digits and multiplication signs. */
  /** @type {Record<string, string>} */
  const UNITS = { "10*9/l": "10*9/L", "/nl": "10*9/L", "10*3/ul": "10*3/uL", "10*3/mm3": "10*3/uL", "k/ul": "10*3/uL", "k/mm3": "10*3/uL", "k/cumm": "10*3/uL", k: "10*3/uL", "/ul": "/uL", "/mm3": "/uL", "/cumm": "/uL", "cells/ul": "/uL", "cells/mm3": "/uL", "cells/cumm": "/uL", "%": "%", "g/dl": "g/dL", "g/l": "g/L", "mmol/l": "mmol/L", fl: "fL", c: "Cel", cel: "Cel", "°c": "Cel", f: "[degF]", "°f": "[degF]", "[degf]": "[degF]", "mg/l": "mg/L", "mg/dl": "mg/dL", "u/l": "U/L", "iu/l": "U/L", "pg/ml": "pg/mL", "ng/l": "pg/mL", "pmol/l": "pmol/L", "ng/ml": "ng/mL", "nmol/l": "nmol/L", "ug/dl": "ug/dL", "umol/l": "umol/L", "ug/l": "ug/L" };
  const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

  /** A unit as the form names it, or the text as it is. @param {string} text */
  LK.plainUnit = function (text) {
    const flat = [...String(text)].map((c) => (RAISED.includes(c) ? String(RAISED.indexOf(c)) : c)).join("").toLowerCase().replace(/\s/g, "");
    const key = flat.replace(/[µμ]/g, "u").replace(/^[x×*]/, "").replace(/^10[\^*]*(\d)/, "10*$1").replace(/^10e(\d)/, "10*$1").replace(/litre|liter/, "l");
    return UNITS[key] || text;
  };

  /** Number, sign and unit of a typed value; `wrong` says what is not right with it. @param {string} text */
  LK.parseValue = function (text) {
    const match = NUMBER.exec(text);
    if (!match) return { wrong: "is no number" };
    const digits = match[2].replace("−", "-"), value = Number(GROUPED.test(digits) ? digits.replaceAll(",", "") : digits.replace(",", "."));
    const bound = (match[1] || "").replace("≤", "<=").replace("≥", ">="), unit = match[3] ? LK.plainUnit(match[3]) : "";
    if (value < 0) return { wrong: "is below zero" };
    if (unit && !Object.values(UNITS).includes(unit)) return { wrong: "has a unit that is not known: " + match[3] };
    return { value, bound, unit };
  };

  /** @type {Record<string, string>} */
  const SHOWN = { "10*9/L": "×10⁹/L", "10*3/uL": "×10³/µL", "/uL": "/µL", Cel: "°C", "[degF]": "°F", "ug/dL": "µg/dL", "umol/L": "µmol/L", "ug/L": "µg/L" };
  LK.showUnit = (unit) => SHOWN[unit] || unit;

  const FLAGS = { "--lab": "", "--drug": "", "--absent": "no", "--age": "age", "--sex": "sex", "--duffy": "Duffy phenotype", "--thresholds": "limits" };
  const PLACE = /\b(labs|findings|drugs|history)\[(\d+)\](?:\.(\w+))?|\bpatient\.(\w+)/g;
  /** A message of the server in the words of the page: no paths, no flags, units as the form shows them. @param {string} message @param {any} given */
  LK.plainly = function (message, given) {
    const item = (/** @type {string} */ list, /** @type {number} */ i) => { const found = ((given || {})[list] || [])[i] || {}; return found.test || found.text || found.name || ""; };
    const placed = String(message).replace(PLACE, (_, list, i, field, whose) => whose || [item(list, Number(i)) || "an entry", field && field !== "value" ? field : ""].filter(Boolean).join(", "));
    const worded = Object.entries(FLAGS).reduce((text, [flag, word]) => text.replaceAll(flag + " ", word ? word + " " : ""), placed);
    return Object.entries(SHOWN).reduce((text, [unit, shown]) => text.replaceAll(" " + unit, " " + shown), worded);
  };
});
