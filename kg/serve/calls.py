"""The JSON API's calls as a worker runs them: each is one function of `kg.answering`. Must not know HTTP beyond statuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from kg import answering
from kg.exceptions import InputError, LeukographError, UnknownTermError

Send = Callable[[bytes, Any], None]
Call = Callable[[dict[str, Any]], Any]


def answer_call(request: Mapping[str, Any], send: Send) -> None:
    """Run one call and send its answer as JSON; what the caller did wrong is an answer too."""
    status, value = run(request["call"], request["arguments"])
    send(b"H", {"status": status, "type": "application/json", "whole": True})
    send(b"D", json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def run(name: str, arguments: dict[str, Any]) -> tuple[int, Any]:
    """Status and answer of a call."""
    try:
        return 200, CALLS[name](arguments)
    except UnknownTermError as error:
        return 404 if name == "terms" else 422, {"error": str(error), "suggestions": list(error.suggestions)}
    except LeukographError as error:
        return 422, {"error": str(error)}
    except RecursionError:
        return 422, {"error": "the request is nested too deeply"}


def _explain(body: dict[str, Any]) -> Any:
    return answering.explain_case(answering.read_case(body)).to_json()


def _explain_names(names: dict[str, Any]) -> Any:
    return answering.explain(*names["finding"], absent=names["absent"], drugs=names["drug"]).to_json()


def _search(arguments: dict[str, Any]) -> Any:
    return {"terms": answering.search(arguments["q"], arguments["limit"])}


def _why_not(body: dict[str, Any]) -> Any:
    return answering.why_not(_text(body, "cause"), answering.read_case(_case(body)))


def _what_if(body: dict[str, Any]) -> Any:
    return answering.what_if(_texts(body, "add"), _texts(body, "drop"), source=_case(body))


def _next(body: dict[str, Any]) -> Any:
    limit = body.get("limit", 8)
    if type(limit) is not int or not 1 <= limit <= 50:
        raise InputError("has to be a whole number from 1 to 50", "limit")
    return answering.next_tests(answering.read_case(_case(body)), limit)


def _facts(_: dict[str, Any]) -> Any:
    return answering.get_versions() | {"license": str(answering.load().graph.get("license", ""))}


def _case(body: dict[str, Any]) -> dict[str, Any]:
    case = body.get("case")
    if not isinstance(case, dict):
        raise InputError("has to be a case (`kg schema case`)", "case")
    return case


def _text(body: dict[str, Any], key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str) or not value.strip():
        raise InputError("has to be a text", key)
    return value


def _texts(body: dict[str, Any], key: str) -> list[str]:
    value = body.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InputError("has to be a list of texts", key)
    return value


CALLS: dict[str, Call] = {
    "explain": _explain,
    "explain-names": _explain_names,
    "search": _search,
    "terms": lambda arguments: answering.tell_about(arguments["id"]),
    "compare": lambda arguments: answering.compare(arguments["first"], arguments["second"]),
    "why": lambda arguments: answering.why(arguments["subject"], arguments["object"]),
    "why-not": _why_not,
    "what-if": _what_if,
    "next": _next,
    "facts": _facts,
}
