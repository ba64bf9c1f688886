"""What must hold of every answer, whatever is asked: tried on random small cases over the live graph."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.answer.data import explanation_to_json
from kg.answering import Knowledge
from kg.case.records import Case, DrugExposure, Observation
from kg.reasoning.explain import Engine
from kg.reasoning.records import Explanation

OWL = Path(__file__).resolve().parents[2] / "ontology" / "leukograph.owl"
FAST = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
FINDINGS = ("neutropenia", "agranulocytosis", "lymphopenia", "leukopenia", "pancytopenia", "monocytopenia")
DRUGS = ("clozapine exposure", "methimazole exposure", "rituximab exposure", "dapsone exposure")


@lru_cache(maxsize=1)
def live() -> Engine:
    return Knowledge(OWL).engine


@lru_cache(maxsize=1)
def by_label() -> dict[str, str]:
    nodes = live().t.graph.nodes(data=True)
    return {data["label"]: node for node, data in sorted(nodes) if data["category"] in ("finding", "cause")}


@lru_cache(maxsize=1)
def features() -> list[str]:
    """A fixed sample of features, the common ones among them."""
    showing = live().features.showing
    common = sorted(showing, key=lambda f: (-len(showing[f]), f))[:40]
    return common + random.Random(6).sample(sorted(showing.keys() - set(common)), 40)


def ask(case: Case) -> Explanation:
    return live().explain(case, {"data": "any"})


def _observe(term: str, present: bool = True) -> Observation:
    return Observation(term, live().t.label(term), present)


@st.composite
def cases(draw: st.DrawFn, least: int = 1) -> Case:
    """One or two low counts, up to four features present or absent, up to two drugs, an age or none."""
    names = draw(st.lists(st.sampled_from(FINDINGS), min_size=least, max_size=2, unique=True))
    told = draw(st.lists(st.tuples(st.sampled_from(range(80)), st.booleans()), max_size=4, unique_by=lambda item: item[0]))
    drugs = draw(st.lists(st.sampled_from(DRUGS), max_size=2, unique=True))
    days = draw(st.lists(st.none() | st.floats(0, 400), min_size=2, max_size=2))
    observed = [_observe(by_label()[name]) for name in names] + [_observe(features()[i], present) for i, present in told]
    taken = [DrugExposure(by_label()[name], name, days_since_start=day) for name, day in zip(drugs, days, strict=False)]
    age = draw(st.none() | st.floats(0, 90 * 365.25))
    return Case(observations=tuple(observed), drugs=tuple(taken), drugs_complete=draw(st.booleans()), age_days=age)


def _given(case: Case) -> set[str]:
    return {o.term for o in case.observations}


@FAST
@given(cases(), st.data())
def test_an_absent_finding_never_raises_a_cause_that_presents_with_it(case: Case, data: st.DataObject) -> None:
    before = ask(case)
    engine = live()
    top = [c.id for c in before.causes[:40] if engine.features.of(c.id).keys() - _given(case)]
    if not top:
        return
    cause = data.draw(st.sampled_from(top))
    feature = data.draw(st.sampled_from(sorted(engine.features.of(cause).keys() - _given(case))))
    after = ask(replace(case, observations=(*case.observations, _observe(feature, False))))
    scores = {item.id: item.score for c in before.causes for item in (c, *c.variants)}
    for found in after.causes:
        if feature in engine.features.of(found.id):
            assert found.score <= scores[found.id] + 1e-4, found.label
    assert {c.id for c in after.causes} <= scores.keys()


@FAST
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_never_changes_the_answer(case: Case, draw: random.Random) -> None:
    observations, drugs = list(case.observations), list(case.drugs)
    draw.shuffle(observations)
    draw.shuffle(drugs)
    shuffled = replace(case, observations=tuple(observations), drugs=tuple(drugs))
    first, second = (_order_free(ask(c)) for c in (case, shuffled))
    assert first == second


def _order_free(answer: Explanation) -> list[object]:
    """What an answer says; contributions are listed in the order of the input, which is no statement."""
    causes = [(c.rank, c.id, c.score, c.struck, sorted(map(str, c.contributions))) for c in (*answer.causes, *answer.struck_out)]
    return [answer.status, answer.findings, causes, answer.to_ask, answer.sets, answer.coverage, answer.alerts]


@FAST
@given(cases())
def test_asking_twice_gives_the_same_answer(case: Case) -> None:
    assert _order_free(ask(case)) == _order_free(ask(case))


@settings(FAST, max_examples=3)
@given(cases())
def test_a_fresh_engine_gives_the_same_data(case: Case) -> None:
    fresh = Knowledge(graph=live().t.graph).engine.explain(case, {"data": "any"})
    assert explanation_to_json(fresh) == explanation_to_json(ask(case))


@FAST
@given(cases())
def test_without_its_findings_a_case_has_no_finding(case: Case) -> None:
    low = {by_label()[name] for name in FINDINGS}
    rest = tuple(o for o in case.observations if o.term not in low)
    answer = ask(replace(case, observations=rest))
    assert (answer.status, answer.causes, answer.sets) == ("no_finding", (), ())


@FAST
@given(cases())
def test_every_step_shown_stands_in_the_graph(case: Case) -> None:
    graph = live().t.graph
    for cause in ask(case).causes[:25]:
        for chain in cause.chains:
            for step in chain.steps:
                if step.predicate in ("is a", "is wider than"):
                    child, parent = (step.subject, step.object) if step.predicate == "is a" else (step.object, step.subject)
                    assert parent in live().t.above(child)
                elif step.predicate == "shares a line with":
                    assert not step.evidence
                else:
                    assert step.evidence
                    for evidence in step.evidence:
                        assert graph.has_edge(step.subject, step.object, evidence.association)


@FAST
@given(cases())
def test_a_score_is_the_sum_of_what_is_shown(case: Case) -> None:
    for cause in ask(case).causes[:25]:
        assert cause.score == pytest.approx(sum(part.weight for part in cause.contributions), abs=1e-3)


@FAST
@given(cases())
def test_ranks_follow_the_scores_and_every_cause_stands_once(case: Case) -> None:
    answer = ask(case)
    scores = [cause.score for cause in answer.causes]
    assert scores == sorted(scores, reverse=True)
    assert [cause.rank for cause in answer.causes] == list(range(1, len(scores) + 1))
    places = [c.id for c in (*answer.causes, *answer.struck_out)] + [item["id"] for item in answer.to_ask]
    assert len(places) == len(set(places))


def test_the_steps_shown_stand_in_the_store_as_associations() -> None:
    """The graph is made from the store; this asks the store itself."""
    from kg.knowledge.store import open_engine
    from kg.vocabulary import PREDICATES, expand

    store = open_engine([OWL])
    answer = ask(Case(observations=(_observe(by_label()["agranulocytosis"]),)))
    steps = [s for c in answer.causes[:40] for chain in c.chains[:2] for s in chain.steps if s.evidence]
    assert steps
    rows = store.select(
        "PREFIX leuko: <https://w3id.org/leukograph/> SELECT ?id ?s ?p ?o WHERE "
        "{ ?id leuko:LEUKO_0000201 ?s ; leuko:LEUKO_0000202 ?p ; leuko:LEUKO_0000203 ?o }"
    ).rows
    known = {row[0]: row[1:] for row in rows}
    for step in steps:
        claim = expand(step.subject), expand(PREDICATES[step.predicate].curie), expand(step.object)
        assert all(known[expand(evidence.association)] == claim for evidence in step.evidence)
