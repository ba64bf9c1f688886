"use strict";
/* The scoring without a server: looks up what each input adds to each cause, and adds. The tables come from the engine
   (`kg/answer/page/tables.py`); why-not, what-if and what-next need the server. */
LK.parts.push(function () {
  const T = LK.data.tables;
  if (!T) return;
  const numbers = new Map(T.terms.map((term, i) => [term[0], i])), label = (n) => T.terms[n][1], kind = (n) => T.terms[n][2];
  const say = (x) => String(Number(x.toPrecision(6)));  // as Python's "g"
  const round = (x, digits) => Math.round(x * 10 ** digits) / 10 ** digits;
  const part = (factor, name, weight, reason, term) => ({ factor, label: name, weight, reason, term: term === undefined ? "" : T.terms[term][0], sources: [] });

  /* Resolved case: observations {term, label, present, text}, drugs {term, label, start, stop}, complete, age, readings. */
  LK.rank = function (given) {
    const number = (o) => ({ ...o, n: numbers.get(o.term) });
    const given1 = given.observations.map(number).filter((o) => o.n !== undefined), drugs = given.drugs.map(number).filter((d) => d.n !== undefined);
    const all = twins(given1), present = all.filter((o) => o.present), absent = all.filter((o) => !o.present);
    const targets = findTargets(given1, given.readings), follows = new Set(targets.flatMap((t) => T.targets[t].follows));
    const s = { parts: new Map(), said: new Map(), exposed: new Set(), present, drugs, follows };
    for (const drug of drugs) addDrug(s, drug);
    for (const o of present) addCondition(s, o);
    for (const o of [...present, ...ageSigns(given.age)]) addPresent(s, o);
    for (const o of absent) for (const row of T.absent[o.n] || []) add(s, row[0], part("finding", "no " + o.label, pick(s, row), row[4], row[3]));
    addAge(s, given.age);
    return weigh(s, given, targets, absent, earlierNormal(given.readings));
  };

  const add = (s, cause, p) => { if (!s.parts.has(cause)) s.parts.set(cause, []); s.parts.get(cause).push(p); };
  const pick = (s, row) => (row[3] >= 0 && s.follows.has(row[3]) ? row[2] : row[1]);
  /* Of several contributions that come from the same words of the case only the heaviest counts. */
  function addOnce(s, cause, o, p) {
    const key = cause + "|" + o.text, earlier = s.said.get(key);
    if (o.text && earlier) {
      if (earlier.weight >= p.weight) return;
      const list = s.parts.get(cause);
      list.splice(list.indexOf(earlier), 1);
    }
    s.said.set(key, p);
    add(s, cause, p);
  }

  function twins(observations) {
    const known = new Set(observations.map((o) => o.n)), found = [];
    for (const o of observations) {
      found.push(o);
      const wider = o.present ? T.wider[o.n] || [] : o.n in T.twins ? [o.n] : [];
      const fresh = [...new Set(wider.map((n) => T.twins[n]))].filter((n) => !known.has(n));
      for (const n of fresh.sort((a, b) => (T.terms[a][0] < T.terms[b][0] ? -1 : 1))) found.push({ ...o, n, term: T.terms[n][0] });
    }
    return found;
  }

  function findTargets(observations, readings) {
    const stated = [...observations.filter((o) => o.present).map((o) => o.n), ...readings.filter((r) => r.decides).map((r) => numbers.get(r.decides))];
    const kept = [...new Set(stated)].filter((n) => n in T.targets);
    const specific = kept.filter((n) => !kept.some((o) => o !== n && T.targets[o].above.includes(n)));
    const known = specific.some((n) => n !== T.lowTotal && T.targets[n].low);
    return specific.filter((n) => n !== T.lowTotal || !known).sort((a, b) => (T.terms[a][0] < T.terms[b][0] ? -1 : 1));
  }

  /* ---- exposure */
  function hasAll(s, whole) {
    const given = new Set([...s.present, ...s.drugs].map((x) => x.n));
    return T.wholes[whole].every((n) => given.has(n));
  }
  const wholesOf = (n) => Object.keys(T.wholes).map(Number).filter((whole) => T.wholes[whole].includes(n)).sort((a, b) => (T.terms[a][0] < T.terms[b][0] ? -1 : 1));

  function addDrug(s, drug) {
    for (const cause of [drug.n, ...wholesOf(drug.n).filter((w) => hasAll(s, w))]) {
      s.exposed.add(cause);
      add(s, cause, part("exposure", drug.label, ...T.exposed[0], drug.n));
      add(s, cause, part("window", drug.label, ...windowOf(T.drugs[cause] || { lasts: Infinity }, drug)));
    }
  }

  function windowOf({ window, lasts }, { start, stop }) {
    const w = T.window, given = start !== undefined && start !== null, share = window && given ? window[2].filter(([low, high]) => low <= start && start <= high).length / window[2].length : 0;
    if (!share && stop !== undefined && stop !== null && stop > 2 * lasts) return [w.passed, "stopped " + say(stop) + " days ago; recovery is expected within " + say(lasts)];
    if (!given) return [0, "start not given: window unknown"];
    if (!window) return [0, "day " + say(start) + ": no source gives a window"];
    const span = " " + say(window[0]) + " to " + say(window[1]);
    if (start < window[0]) return [w.early, "early: day " + say(start) + ", sourced window" + span];
    if (start > window[1]) return [w.late, "late: day " + say(start) + ", sourced window" + span];
    return [w.inside * Math.min(1, 2 * share), "inside: day " + say(start) + ", in " + Math.round(share * window[2].length) + " of " + window[2].length + " sourced windows" + span];
  }

  function addCondition(s, o) {
    if (!(o.n in T.conditions)) return;
    const expose = (cause, weight) => { s.exposed.add(cause); addOnce(s, cause, o, part("exposure", o.label, ...weight, o.n)); };
    const [known, downstream] = T.conditions[o.n];
    for (const cause of known) expose(cause, T.exposed[1]);
    for (const cause of downstream) expose(cause, T.exposed[2]);
    for (const cause of wholesOf(o.n)) if (hasAll(s, cause) && !s.exposed.has(cause)) expose(cause, T.exposed[1]);
  }

  /* ---- signs and age */
  function addPresent(s, o) {
    for (const row of T.present[o.n] || []) {
      const p = part("finding", o.label, pick(s, row), row[4], o.n);
      if (row[5]) addOnce(s, row[0], o, p); else add(s, row[0], p);
    }
  }
  const ageSigns = (age) => (age === undefined || age === null ? [] : T.age.onsets.filter(([, low, high]) => low <= age && age < high).map(([n]) => ({ n, term: T.terms[n][0], label: label(n), text: "age", present: true })));
  function addAge(s, age) {
    const given = age !== undefined && age !== null;
    if (given && age <= T.age.adult) return;
    for (const cause of T.age.early) add(s, cause, part("finding", "age", ...(given ? T.age.tooOld : T.age.notGiven)));
  }
  function prior(name, age) {
    let [weight, reason] = T.priors[name];
    if (name === "inherited disease" && age !== undefined && age !== null && age < T.age.adult) {
      const [bonus, why] = T.age.bonus[age < T.age.infant ? 0 : 1];
      weight += bonus;
      reason = why;
    }
    return part("prior", name, weight, reason);
  }
  function earlierNormal(readings) {
    const lows = readings.filter((r) => r.decides).map((r) => r.days_ago), latest = lows.length ? Math.min(...lows) : 0;
    return readings.filter((r) => r.normal && !r.decides && r.days_ago > latest).sort((a, b) => b.days_ago - a.days_ago)[0];
  }

  /* ---- the sum */
  function candidates(targets) {
    const found = new Map();
    for (const target of targets) for (const [cause, tier, routes] of T.targets[target].causes) {
      if (!found.has(cause)) found.set(cause, { cause, tier: 9, reached: new Map() });
      const c = found.get(cause);
      c.tier = Math.min(c.tier, tier);
      c.reached.set(target, { tier, routes });
    }
    return [...found.values()];
  }

  function known(c, targets) {
    const best = [...c.reached.values()].filter((r) => r.tier === c.tier).flatMap((r) => r.routes), first = new Set(best.map((route) => route[0]));
    const sources = new Set([...first].flatMap((l) => T.links[l][5])), contrary = [...first].some((l) => T.links[l][4]);
    const parts = [part("evidence", "sources", T.perSource * (Math.log2(1 + sources.size) - contrary), sources.size + " sources" + (contrary ? ", contradicted by others" : ""))];
    if (T.tiers[c.tier][1]) parts.push(part("tier", ...T.tiers[c.tier]));
    for (const t of targets) if (!c.reached.has(t)) parts.push(part("lineage", label(t), ...T.unexplained, t));
    if (targets.length === 1 && targets[0] === T.lowTotal) parts.push(part("lineage", "line not known", ...T.lineNotKnown));
    return parts;
  }

  function weigh(s, given, targets, absent, earlier) {
    const out = ruledOut(absent), scored = [], struck = [], asked = [], stated = given.drugs.length > 0 || given.complete;
    for (const c of candidates(targets)) {
      c.parts = [prior(kind(c.cause), given.age), ...known(c, targets), ...(s.parts.get(c.cause) || [])];
      if (earlier && T.constant.includes(kind(c.cause)) && !T.terms[c.cause][4]) c.parts.push(part("time", earlier.label + " " + say(earlier.value) + " " + say(earlier.days_ago) + " days ago", ...T.earlierNormal));
      c.score = round(c.parts.reduce((sum, p) => sum + p.weight, 0), 4);
      c.struck = absent.length ? strike(c, out, absent) : "";
      if (c.struck) struck.push(c);
      else if (stated && T.drugKinds.includes(kind(c.cause)) && !s.exposed.has(c.cause)) asked.push(c);
      else scored.push(c);
    }
    standBehind(scored);
    return { targets, causes: ordered(scored), struck: ordered(struck), asked, alerts: alerts(given) };
  }

  function standBehind(scored) {
    const byCause = new Map(scored.map((c) => [c.cause, c])), changes = [];
    for (const c of scored.filter((x) => T.tiers[x.tier][0] === "indirect" && !x.parts.some((p) => p.weight >= T.variant))) {
      const nearer = [...c.reached.values()].flatMap((r) => r.routes).flat().map((l) => byCause.get(T.links[l][2])).filter((x) => x && T.tiers[x.tier][0] === "direct");
      const best = nearer.reduce((top, x) => (!top || x.score > top.score ? x : top), null);
      if (best && best.score - T.behind < c.score) changes.push([c, best]);
    }
    for (const [c, best] of changes) {
      c.parts = [...c.parts, part("chain", label(best.cause), best.score - T.behind - c.score, "acts through it", best.cause)];
      c.score = round(c.parts.reduce((sum, p) => sum + p.weight, 0), 4);
    }
  }

  function ordered(list) {
    const key = (c) => [-c.score, c.tier, T.families.indexOf(T.terms[c.cause][3]), label(c.cause), T.terms[c.cause][0]];
    const keyed = list.map((c) => [key(c), c]);
    keyed.sort(([a], [b]) => { for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1; return 0; });
    return keyed.map(([, c]) => c);
  }

  /* ---- what rules out */
  function ruledOut(absent) {
    const found = new Map();
    for (const o of absent) for (const n of T.below[o.n] || []) found.set(n, o.label);
    return found;
  }
  function strike(c, out, absent) {
    if (out.has(c.cause)) return out.get(c.cause) + " absent (your input)";
    const always = absent.find((o) => (T.absent[o.n] || []).some((row) => row[5] && row[0] === c.cause));
    if (always) return always.label + " absent (your input), which every case has";
    const missing = absent.find((o) => (T.wholes[c.cause] || []).includes(o.n));
    if (missing) return missing.label + " absent (your input), a part of it";
    const labels = [...c.reached.values()].flatMap((r) => r.routes).map((route) => route.flatMap((l) => [T.links[l][0], T.links[l][2]]).find((n) => out.has(n)));
    return labels.length && labels.every((n) => n !== undefined) ? out.get(labels[0]) + " absent (your input), through which it acts" : "";
  }

  /* ---- what must not wait: the rows of the alert table, as `kg/reasoning/alerts.py` evaluates them */
  function alerts(given) {
    const A = T.alarm, age = given.age === undefined || given.age === null ? A.adult : given.age, shown = {};
    for (const [name, ways] of Object.entries(A.signs)) shown[name] = ways.reduce((found, way) => found || showSign(way, given), "");
    return A.rules.filter(([signs, from, to]) => signs.every((name) => shown[name]) && from <= age && age < to).map((rule) => rule[3].replace(/\{([^}]+)\}/g, (_, name) => shown[name]));
  }
  function showSign([kind, subject, comparator, limit, window], given) {
    if (kind === "value") return showValue(subject, comparator, limit, given.readings.filter((r) => r.test === subject && r.days_ago <= window));
    if (kind === "term") { const o = given.observations.find((x) => x.present && subject.includes(numbers.get(x.term)) && (x.days_ago || 0) <= window); return o ? o.text || o.label : ""; }
    const drug = given.drugs.find((d) => subject.includes(numbers.get(d.term)) && (d.stop || 0) <= window);
    return drug ? drug.label.replace(/ exposure$/, "") : "";
  }
  function showValue(test, comparator, limit, own) {
    const low = comparator[0] === "<", passes = (v) => (v === limit ? comparator.length === 2 : low ? v < limit : v > limit);
    const telling = own.filter((r) => !r.bound || (r.bound[0] === "<") === low), newest = Math.min(Infinity, ...telling.filter((r) => !r.bound).map((r) => r.days_ago));
    const worst = telling.filter((r) => r.days_ago <= newest && passes(r.value)).sort((a, b) => (low ? a.value - b.value : b.value - a.value) || a.days_ago - b.days_ago)[0];
    return worst ? (T.alarm.short[test] || worst.label) + " " + (T.alarm.bounds[worst.bound] || "") + say(worst.value) + (worst.days_ago ? ", " + say(worst.days_ago) + " days ago" : "") : "";
  }
  LK.tableTerm = (n) => T.terms[n];
});
