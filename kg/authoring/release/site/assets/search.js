// Finds terms by label, synonym or id as one types; labels that begin with the text come first.
"use strict";
const field = document.getElementById("q");
const hits = document.getElementById("hits");
const told = document.getElementById("told");
const root = document.body.dataset.root;
const LIMIT = 20;

function rank(term, text) {
  const [id, label, , synonyms] = term.map((part) => part.toLowerCase());
  if (label === text || id === text) return 0;
  if (label.startsWith(text)) return 1;
  if (label.includes(text)) return 2;
  if (synonyms.includes(text)) return 3;
  return id.includes(text) ? 4 : 9;
}

function find(text) {
  const ranked = TERMS.map((term) => [rank(term, text), term]).filter(([place]) => place < 9);
  ranked.sort((a, b) => a[0] - b[0] || a[1][1].length - b[1][1].length || (a[1][1] < b[1][1] ? -1 : 1));
  return ranked.map(([, term]) => term);
}

function show(found) {
  hits.replaceChildren(...found.slice(0, LIMIT).map(([id, label, kind]) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `${root}terms/${id.replace(":", "_")}.html`;
    link.append(`${label} `, Object.assign(document.createElement("small"), { textContent: `${kind}, ${id}` }));
    item.append(link);
    return item;
  }));
  hits.hidden = found.length === 0;
  told.textContent = found.length ? `${found.length} found` : "nothing found";
}

field.addEventListener("input", () => {
  const text = field.value.trim().toLowerCase();
  if (text.length < 2) { hits.hidden = true; told.textContent = ""; return; }
  show(find(text));
});
field.addEventListener("keydown", (event) => {
  const first = hits.querySelector("a");
  if (event.key === "Enter" && first && !hits.hidden) first.click();
  if (event.key === "ArrowDown" && first) { event.preventDefault(); first.focus(); }
  if (event.key === "Escape") hits.hidden = true;
});
hits.addEventListener("keydown", (event) => {
  const item = event.target.closest("li");
  const next = event.key === "ArrowDown" ? item.nextElementSibling : event.key === "ArrowUp" ? item.previousElementSibling : null;
  if (event.key === "Escape") { hits.hidden = true; field.focus(); }
  if (next) { event.preventDefault(); next.firstChild.focus(); } else if (event.key === "ArrowUp") field.focus();
});
