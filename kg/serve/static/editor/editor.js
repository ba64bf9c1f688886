"use strict";
// The editor page: YASGUI on this server's endpoint, our prefixes and names in its completion, the example queries at its side.
(async () => {
  const endpoint = location.origin + "/sparql";
  const { prefixes, examples } = await (await fetch("/editor/start.json")).json();
  const labels = new Map();
  const properties = [];

  // ---------------------------------------------------------------- completion
  const contract = (iri) => {
    const found = Object.entries(prefixes).filter(([, base]) => iri.startsWith(base)).sort((a, b) => b[1].length - a[1].length)[0];
    return found ? found[0] + ":" + iri.slice(found[1].length) : null;
  };

  async function loadProperties() {
    const query = `PREFIX rdfs: <${prefixes.rdfs}> SELECT DISTINCT ?p (SAMPLE(?l) AS ?label) { { ?s ?p ?o } UNION { ?r <${prefixes.owl}onProperty> ?p } OPTIONAL { ?p rdfs:label ?l } } GROUP BY ?p ORDER BY ?p`;
    const answer = await fetch(endpoint, { method: "POST", body: new URLSearchParams({ query }), headers: { Accept: "application/sparql-results+json" } });
    if (!answer.ok) return;
    for (const row of (await answer.json()).results.bindings) {
      const curie = contract(row.p.value);
      if (!curie) continue;
      properties.push(curie);
      labels.set(curie, row.label ? row.label.value : "");
    }
  }

  async function findNames(text) {
    const words = text.toLowerCase();
    const near = properties.filter((curie) => curie.toLowerCase().includes(words) || labels.get(curie).toLowerCase().includes(words));
    const answer = await fetch("/api/search?limit=25&q=" + encodeURIComponent(text));
    const terms = answer.ok ? (await answer.json()).terms : [];
    for (const term of terms) labels.set(term.id, term.label);
    return [...near.slice(0, 15), ...terms.map((term) => term.id)];
  }

  // The word at the cursor, read from the line: the editor's own tokens break at a leading "a", which SPARQL knows.
  function getWord(yasqe) {
    const { line, ch } = yasqe.getDoc().getCursor();
    const found = yasqe.getDoc().getLine(line).slice(0, ch).match(/(^|[\s({|/^!;,])([A-Za-z][\w:-]*)$/);
    return { text: found ? found[2] : "", start: found ? ch - found[2].length : ch, end: ch };
  }

  const Yasqe = Yasgui.Yasqe;
  Yasqe.forkAutocompleter("prefixes", {
    name: "ourPrefixes", persistenceId: null, bulk: true, autoShow: true,
    get: Object.entries(prefixes).map(([prefix, base]) => `${prefix}: <${base}>`),
  });
  Yasqe.registerAutocompleter({
    name: "ourNames", persistenceId: null, bulk: false, autoShow: false,
    isValidCompletionPosition: (yasqe) => getWord(yasqe).text.length > 2,
    preProcessToken: (yasqe, token) => {
      const word = getWord(yasqe);
      return Object.assign(token, { autocompletionString: word.text, from: { ch: word.start }, to: { ch: word.end } });
    },
    get: (yasqe, token) => findNames(token.autocompletionString),
    postprocessHints: (yasqe, hints) => {
      for (const hint of hints) hint.displayText = `${labels.get(hint.text) || hint.text}  ${hint.text}`;
      return hints;
    },
  });
  Yasqe.defaults.autocompleters = ["variables", "ourPrefixes", "ourNames"];
  Yasqe.defaults.prefixCcApi = "";
  Yasqe.defaults.editorHeight = "400px";

  // ---------------------------------------------------------------- editor
  const first = examples[0] ? examples[0].text : "SELECT ?class ?label { ?class a <" + prefixes.owl + "Class> ; <" + prefixes.rdfs + "label> ?label } ORDER BY ?label LIMIT 50";
  Yasqe.defaults.value = first;
  const root = document.getElementById("editor");
  const yasgui = new Yasgui(root, {
    requestConfig: { endpoint, method: "POST" },
    copyEndpointOnNewTab: true,
    populateFromUrl: (config) => Object.assign(config, { requestConfig: Object.assign({}, config.requestConfig, { endpoint }) }),
    persistenceId: "leukograph",
    endpointCatalogueOptions: { getData: () => [{ endpoint }], keys: [], renderItem: () => {} },
    yasr: Object.assign({}, Yasgui.Yasr.defaults, { prefixes }),
  });
  for (const tab of Object.values(yasgui._tabs)) if (tab.getEndpoint() !== endpoint) tab.setEndpoint(endpoint);

  // ---------------------------------------------------------------- links of results to term pages
  const pages = /^(LEUKO:0\d{6}|HP:\d{7})$/;
  const link = (anchor) => {
    const curie = contract(anchor.getAttribute("href") || "");
    if (curie && pages.test(curie)) {
      anchor.title = anchor.getAttribute("href");
      anchor.setAttribute("href", "/terms/" + curie);
    }
  };
  new MutationObserver(() => root.querySelectorAll("a.iri:not([href^='/'])").forEach(link)).observe(root, { childList: true, subtree: true });

  // ---------------------------------------------------------------- examples
  const list = document.getElementById("examples");
  for (const example of examples) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = example.summary;
    button.title = example.name;
    button.dataset.words = [example.summary, example.name, ...example.tags].join(" ").toLowerCase();
    button.addEventListener("click", () => {
      for (const other of list.querySelectorAll("button")) other.removeAttribute("aria-current");
      button.setAttribute("aria-current", "true");
      yasgui.getTab().setQuery(example.text);
      yasgui.getTab().getYasqe().focus();
    });
    const item = document.createElement("li");
    item.append(button);
    list.append(item);
  }
  document.getElementById("filter").addEventListener("input", (event) => {
    const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const button of list.querySelectorAll("button")) {
      const fits = words.every((word) => button.dataset.words.includes(word));
      button.parentElement.hidden = !fits;
      shown += fits;
    }
    document.getElementById("none").hidden = shown > 0;
  });
  await loadProperties();
  document.body.dataset.ready = "true";
})();
