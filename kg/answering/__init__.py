"""Composition root of the answering wing: load, ask, explain, compare. The command line, the server and notebooks call it.

Never touches owlready2 or the tables: it starts from the built OWL file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import config
from kg.answering.knowledge import Knowledge, find_owl, get_knowledge, get_knowledge_at, open_endpoint
from kg.case.records import Case
from kg.exceptions import InputError, UnknownTermError
from kg.vocabulary import DISCLAIMER

if TYPE_CHECKING:
    import networkx as nx

    from kg.answer.types import Answer
    from kg.case.raw import RawCase
    from kg.case.resolve import Resolver
    from kg.knowledge.lexicon import Lexicon
    from kg.knowledge.store import NamedQuery, Results, Rows
    from kg.knowledge.store.rdflib_graph import StoreGraph
    from kg.reasoning.explain import Engine

__all__ = ["Knowledge", "find_owl", "get_knowledge", "open_endpoint"]
FINDINGS = ("finding", "reading")
ABOUT = ("cause", "mechanism", *FINDINGS, "feature")  # what a name stands for rather than a chemical or a cell of the same name
Source = Path | str | bytes | Mapping[str, Any]


def load(owl: Path | None = None, endpoint: str | None = None) -> nx.MultiDiGraph:
    """The knowledge graph as a frozen `networkx.MultiDiGraph`; nodes are CURIEs, edges carry evidence; `to_html()` shows it.

    With `endpoint` it is read from that SPARQL endpoint instead of the built ontology. Raises InputError.
    """
    return (get_knowledge_at(endpoint) if endpoint else get_knowledge(owl)).shown


def get_engine() -> Engine:
    """Explanation engine over the built ontology, kept for the life of the process."""
    return get_knowledge().engine


def get_resolver() -> Resolver:
    """Reader of cases over the built ontology, kept for the life of the process."""
    return get_knowledge().resolver


def list_drug_names() -> Sequence[str]:
    """Names of drugs that the reader of cases knows beside those of the graph, trade names among them."""
    return get_resolver().drugs.names.list_names()


def get_lexicon() -> Lexicon:
    """Names of all terms, kept for the life of the process."""
    return get_knowledge().lexicon


def load_store(owl: Path | None = None) -> StoreGraph:
    """The built ontology as an rdflib graph that Oxigraph evaluates."""
    from kg.knowledge.store.rdflib_graph import StoreGraph

    return StoreGraph(get_knowledge(owl).store)


def get_versions() -> dict[str, str]:
    """Versions of the data and of the program."""
    return dict(get_knowledge().versions)


# --------------------------------------------------------------------------- asking


def resolve(name: str, *categories: str) -> str:
    """Id of the term with this label, synonym or CURIE. Raises UnknownTermError with suggestions."""
    lexicon = get_lexicon()
    found = lexicon.find(name, *categories)
    if found is None:
        raise UnknownTermError(name, lexicon.suggest(name, 5, *categories))
    return found


def build_case(
    findings: Iterable[str] = (),
    absent: Iterable[str] = (),
    drugs: Iterable[str] = (),
    *,
    labs: Iterable[str] = (),
    drugs_complete: bool = False,
    age: str = "",
    sex: str = "",
    duffy: str = "",
    thresholds: str = "",
    source: Source | None = None,
    form: str = "case",
    add: Iterable[str] = (),
    drop: Iterable[str] = (),
) -> Case:
    """Case from names and flags (`ANC=0.4@200d`, `clozapine@50d`), on top of a file, JSON text or parsed JSON.

    `add` and `drop` change it before it is read (`drug:clozapine@50d`, `finding:fever`, `absent:splenomegaly`, `lab:ANC=0.9`).
    Raises UnknownTermError for a name in a flag that no term has, InputError for what cannot be or contradicts itself; what
    is not understood in the source goes to `not_understood`.
    """
    from kg.case.raw import RawCase
    from kg.case.readers.flags import Flags
    from kg.case.readers.sources import check_content

    raw = RawCase() if source is None else _read_raw(source, form)
    words = {"findings": tuple(findings), "absent": tuple(absent), "labs": tuple(labs), "drugs": tuple(drugs)}
    flags = Flags(**words, drugs_complete=drugs_complete, age=age, sex=sex, duffy=duffy)
    raw, typed = flags.add_to(raw)
    if add or drop:
        from kg.case.edits import edit_case

        raw, typed = edit_case(raw, typed, add, drop, get_resolver())
    check_content(raw)
    case = get_resolver().resolve(raw, thresholds, typed)
    if add:
        from kg.case.edits import check_additions

        check_additions(case, typed)
    return case


def read_case(source: Source, form: str = "case", thresholds: str = "") -> Case:
    """Case from a file (Path), JSON text or parsed JSON; `form` is case, fhir or phenopacket. Raises InputError."""
    return build_case(source=source, form=form, thresholds=thresholds)


def case_schema() -> dict[str, Any]:
    """JSON Schema of a case."""
    from kg.case.readers.schema import case_schema as schema

    return schema()


def _read_raw(source: Source, form: str) -> RawCase:
    from kg.case.readers.sources import read_file, read_raw

    if isinstance(source, Path):
        return read_raw(read_file(source), form, str(source))
    return read_raw(source, form, "standard input" if isinstance(source, bytes) else "")


def explain_case(case: Case, folds: bool = True) -> Answer:
    """Explanation of a resolved case, able to show itself; without `folds` every form and class on its own."""
    from kg.answer.types import Answer

    engine = get_engine()
    return Answer.of(engine.explain(case, get_versions(), folds), engine.t)


def explain(*findings: str, absent: Iterable[str] = (), drugs: Iterable[str] = (), **case: Any) -> Answer:
    """What could explain these findings? Names, synonyms or CURIEs; further words as in `build_case`. Raises UnknownTermError."""
    return explain_case(build_case(findings, absent, drugs, **case))


def compare(first: str, second: str) -> dict[str, Any]:
    """Similarities and differences of two terms."""
    from kg.reasoning.questions.comparison import compare as compare_terms

    ids = [resolve(name, *FINDINGS, "cause", "mechanism") for name in (first, second)]
    return compare_terms(get_engine().t, *ids) | {"versions": get_versions()}


def search(text: str, limit: int = 20) -> list[dict[str, Any]]:
    """Terms whose names contain or resemble a text."""
    graph = load()
    found = []
    for node in get_lexicon().search(text, limit):
        data = graph.nodes[node]
        found.append({"id": node, "label": data["label"], "category": data["category"], "kind": data.get("kind", "")})
    return found


def describe(name: str) -> dict[str, Any]:
    """Everything known of one term: names, definition, hierarchy, associations in both directions."""
    return _describe(resolve(name))


def _describe(node: str) -> dict[str, Any]:
    graph, traversal = load(), get_engine().t
    data = graph.nodes[node]
    rows = [_association(s, o, d) for s, o, d in graph.out_edges(node, data=True) if "source" in d]
    rows += [_association(s, o, d) for s, o, d in graph.in_edges(node, data=True) if "source" in d]
    parents = [(p, d["asserted"]) for _, p, k, d in graph.out_edges(node, keys=True, data=True) if k == "is a"]
    children = [c for c, _, k in graph.in_edges(node, keys=True) if k == "is a"]
    return {
        "id": node,
        **data,
        "parents": [{"id": p, "label": traversal.label(p), "asserted": asserted} for p, asserted in sorted(parents)],
        "children": [{"id": c, "label": traversal.label(c)} for c in sorted(children)],
        "associations": sorted(rows, key=lambda row: row["id"]),
    }


def tell_about(name: str) -> dict[str, Any]:
    """What `describe` gives, and under `about` the same knowledge by what a reader asks: what it lowers, when, how, signs.

    Raises UnknownTermError.
    """
    from kg.reasoning.questions.about import tell_about as gather

    found = _describe(get_lexicon().find(name, *ABOUT) or resolve(name))
    return found | {"about": gather(get_engine(), found["id"]), "versions": get_versions()}


def _association(subject: str, obj: str, data: dict[str, Any]) -> dict[str, Any]:
    label = get_engine().t.label
    return {"subject": subject, "subject_label": label(subject), "object": obj, "object_label": label(obj), **data}


# --------------------------------------------------------------------------- questioning an answer


def why(subject: str, obj: str) -> dict[str, Any]:
    """Proofs that one term is a kind of another, or can cause it, down to the table rows. Raises UnknownTermError."""
    from kg.knowledge.graph.axioms import find_places
    from kg.reasoning.questions.why import why as prove

    first, second = (_resolve_claimed(name) for name in (subject, obj))
    locate = partial(find_places, config.get_ontology_dir())
    return prove(get_engine().t, get_knowledge().prover, first, second, locate) | _signed()


def why_not(cause: str, case: Case) -> dict[str, Any]:
    """Why a cause is not, or not high, in an answer, and the smallest change that mends it. Raises UnknownTermError."""
    from kg.reasoning.questions.next_test import NEVER, classify
    from kg.reasoning.questions.why_not import why_not as search

    engine = get_engine()
    return (
        search(engine, case, resolve(cause, "cause"), lambda f: classify(engine.t, f, get_knowledge().efforts) == NEVER)
        | _signed()
    )


def what_if(add: Iterable[str] = (), drop: Iterable[str] = (), **case: Any) -> dict[str, Any]:
    """How the answer changes with the case; further words as in `build_case`. Raises InputError, UnknownTermError."""
    from kg.reasoning.questions.what_if import compare_answers

    added, dropped = list(add), list(drop)
    if not added and not dropped:
        raise InputError("says nothing to change: give --add KIND:NAME or --drop KIND:NAME")
    changes = [{"op": "drop", "what": text} for text in dropped] + [{"op": "add", "what": text} for text in added]
    before, after = (get_engine().explain(c, {}) for c in (build_case(**case), build_case(**case, add=added, drop=dropped)))
    return compare_answers(before, after, changes) | _signed()


def next_tests(case: Case, limit: int = 8) -> dict[str, Any]:
    """Which unchecked finding or test splits the causes that are left best, and what each result would do."""
    from kg.reasoning.questions.next_test import find_next

    return find_next(get_engine(), case, get_knowledge().efforts, limit) | _signed()


def _resolve_claimed(name: str) -> str:
    """A term that claims are made of, where a name has several meanings (clozapine: the exposure, not the chemical)."""
    return get_lexicon().find(name, *FINDINGS, "cause", "mechanism") or resolve(name)


def _signed() -> dict[str, Any]:
    return {"versions": get_versions(), "disclaimer": DISCLAIMER}


# --------------------------------------------------------------------------- queries


def query(name: str, *, endpoint: str | None = None, **params: str) -> Rows:
    """Rows of a named competency query, its parameters bound as RDF terms; `.to_frame()` gives a pandas frame."""
    return open_endpoint(endpoint).select(read_query_text(name, params))


def read_query_text(source: str | Path, params: Mapping[str, str]) -> str:
    """Text of a query by name, file or itself, with its parameters bound. Raises InputError."""
    from kg.knowledge.store import bind
    from kg.knowledge.store.catalogue import parse_query

    return bind(parse_query(source, config.get_queries_dir()), dict(params))


def run_query(text: str, endpoint: str | None = None, **where: Any) -> Results:
    """Result of a query text; `graph` and `login` as in `open_endpoint`."""
    return open_endpoint(endpoint, **where).run(text)


def push(endpoint: str, graph: str, owl: Path | None = None, *, whole: bool = False, **how: Any) -> int:
    """Load an RDF file into a graph of a triple store; further words as in `store.push`. Returns how many triples.

    `whole` sends it in one request of the Graph Store Protocol, whose address `endpoint` then is.
    """
    from kg.knowledge.store import Login, RemoteEngine, open_engine, put
    from kg.knowledge.store import push as send

    store = open_engine([owl or find_owl()]).store
    engine = RemoteEngine(endpoint, login=how.pop("login", None) or Login.from_environment())
    triples = (quad.triple for quad in store)
    return put(engine, triples, graph, clear=how["clear"]) if whole else send(engine, triples, graph, **how)


def find_queries() -> Sequence[NamedQuery]:
    """The competency queries."""
    from kg.knowledge.store import find_queries as find

    return find(config.get_queries_dir())


def find_query_names() -> Sequence[str]:
    """Names of the competency queries."""
    return sorted(path.stem for path in (config.get_queries_dir() / "competency").glob("*.rq"))
