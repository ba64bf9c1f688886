"""A slice of the real ontology, frozen: what some causes, and everything that they refer to, say. Made once by `make`."""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from kg.knowledge.store import OxigraphEngine, find_queries
from kg.vocabulary import PREFIXES, expand

FILE = Path(__file__).with_name("slice.nt.gz")
MOST = 12  # claims of one subject and relation
CAUSES = """3113 3096 3056 3350 3329 3410 3038 3267 3373 4167 4229 4227 8502 8501 8032 8035 8751 8401 8402 8403 8601 8902
8912 6403 6415 6088 6423 6394 8242 8231 5043 5050 5061 8755 8833 8825 3464 3283 3284 5049""".split()
SUBJECT, PREDICATE, OBJECT = (ox.NamedNode(expand(f"LEUKO:0000{n}")) for n in (201, 202, 203))
SUBCLASS, TYPE = ox.NamedNode(expand("rdfs:subClassOf")), ox.NamedNode(expand("rdf:type"))
_RESTRICTION_PARTS = {PREFIXES["owl"] + "onProperty", PREFIXES["owl"] + "someValuesFrom"}
SOURCE, TARGET, INFERRED = (
    ox.NamedNode(expand(n)) for n in ("owl:annotatedSource", "owl:annotatedTarget", "oboInOwl:is_inferred")
)
DEPRECATED = ox.NamedNode(expand("owl:deprecated"))
FOLLOWED = (PREFIXES["CL"], PREFIXES["NCBITaxon"])
INDIVIDUALS = [ox.NamedNode(expand(f"LEUKO:0000{n}")) for n in (180, 181, 182)]


def open_slice() -> OxigraphEngine:
    """Engine over the slice."""
    engine = OxigraphEngine()
    engine.store.bulk_load(gzip.decompress(FILE.read_bytes()), format=ox.RdfFormat.N_TRIPLES)
    return engine


def read_text() -> str:
    """The slice as N-Triples."""
    return gzip.decompress(FILE.read_bytes()).decode()


def make(owl: Path, queries: Path) -> int:
    """Freeze a slice of the built ontology anew; golden rows change with it."""
    store = OxigraphEngine(owl).store
    wanted = {ox.NamedNode(expand(f"LEUKO:000{c}")) for c in CAUSES} | _examples(queries)
    claims = _claims(store, wanted)
    nodes = set(claims) | _closure(store, wanted, claims)
    nodes |= _retired(store) | _tests(store, nodes)
    triples = sorted({str(t) for n in (*nodes, *_inferred(store, nodes)) for t in _about(store, n, nodes)})
    FILE.write_bytes(gzip.compress("".join(f"{t} .\n" for t in triples).encode(), mtime=0))
    return len(triples)


def _examples(queries: Path) -> set[ox.NamedNode]:
    params = [p for query in find_queries(queries) for p in query.params if p.type == "iri"]
    return {ox.NamedNode(expand(p.example)) for p in params}


def _claims(store: ox.Store, wanted: Iterable[ox.NamedNode]) -> list[ox.NamedNode]:
    found: dict[tuple[object, object], list[ox.NamedNode]] = defaultdict(list)
    for node in wanted:
        for quad in (*store.quads_for_pattern(None, SUBJECT, node), *store.quads_for_pattern(None, OBJECT, node)):
            relation = next(iter(store.quads_for_pattern(quad.subject, PREDICATE, None))).object
            found[node, (quad.predicate, relation)].append(quad.subject)  # type: ignore[arg-type]
    return sorted({c for group in found.values() for c in sorted(group, key=str)[:MOST]}, key=str)


def _closure(store: ox.Store, wanted: set[ox.NamedNode], claims: list[ox.NamedNode]) -> set[ox.NamedNode]:
    """Ends of the claims, everything above them, all of the upper classes and properties, some tests and limits."""
    ends = {q.object for c in claims for p in (SUBJECT, PREDICATE, OBJECT) for q in store.quads_for_pattern(c, p, None)}
    for kind in INDIVIDUALS:
        ends |= set(sorted((q.subject for q in store.quads_for_pattern(None, TYPE, kind)), key=str)[:MOST])
    for kind in ("owl:ObjectProperty", "owl:AnnotationProperty", "owl:Ontology"):
        ends |= {q.subject for q in store.quads_for_pattern(None, TYPE, ox.NamedNode(expand(kind)))}
    todo, seen = [*wanted, *ends], set()
    while todo:
        node = todo.pop()
        if isinstance(node, ox.NamedNode) and node not in seen:
            seen.add(node)
            todo += [q.object for q in store.quads_for_pattern(node, SUBCLASS, None)]
            todo += [f.object for f in _fillers(store, node) if str(f.object.value).startswith(FOLLOWED)]
    return seen


def _retired(store: ox.Store) -> set[ox.NamedNode]:
    """Some ids that are no longer in use, and what replaces them."""
    retired = sorted((q.subject for q in store.quads_for_pattern(None, DEPRECATED, None)), key=str)[:MOST]
    replaced_by = ox.NamedNode(expand("IAO:0100001"))
    return {*retired, *(q.object for r in retired for q in store.quads_for_pattern(r, replaced_by, None))}


def _tests(store: ox.Store, nodes: set[ox.NamedNode]) -> set[ox.NamedNode]:
    """Tests of which a low or a high value is a feature in the slice."""
    names = (ox.NamedNode(expand(f"LEUKO:0000{n}")) for n in (233, 234))
    return {q.subject for name in names for q in store.quads_for_pattern(None, name, None) if q.object in nodes}


def _inferred(store: ox.Store, nodes: set[ox.NamedNode]) -> list[ox.BlankNode]:
    """Annotations of is-a axioms that the reasoner added."""
    axioms = [q.subject for q in store.quads_for_pattern(None, INFERRED, None)]
    ends = {a: [next(iter(store.quads_for_pattern(a, p, None))).object for p in (SOURCE, TARGET)] for a in axioms}
    return [a for a in axioms if nodes.issuperset(ends[a])]


def _fillers(store: ox.Store, node: ox.NamedNode) -> list[ox.Quad]:
    some = ox.NamedNode(PREFIXES["owl"] + "someValuesFrom")
    restrictions = [q.object for q in store.quads_for_pattern(node, SUBCLASS, None) if isinstance(q.object, ox.BlankNode)]
    return [f for r in restrictions for f in store.quads_for_pattern(r, some, None)]


def _about(store: ox.Store, node: object, nodes: set[ox.NamedNode]) -> Iterable[ox.Triple]:
    """Triples of a node and of the blank nodes behind it, where everything that they name is in the slice."""
    for quad in store.quads_for_pattern(node, None, None):  # type: ignore[arg-type]
        if isinstance(quad.object, ox.BlankNode):
            inner = list(_about(store, quad.object, nodes))
            names = {t.object for t in inner if isinstance(t.object, ox.NamedNode) and t.predicate.value in _RESTRICTION_PARTS}
            if names <= nodes:
                yield from (quad.triple, *inner)
        elif quad.predicate != SUBCLASS or quad.object in nodes:
            yield quad.triple
