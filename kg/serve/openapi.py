"""The API's description in OpenAPI 3.1. Owns its words; the schemas of case and answer come from where they are defined."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import kg
from kg import answering
from kg.answer.data import answer_schema
from kg.vocabulary import DISCLAIMER

Schema = dict[str, Any]
_SCHEMAS = "#/components/schemas/"
_OBJECT: Schema = {"type": "object"}
_NAMES: Schema = {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 200}, "maxItems": 10}
_EDITS: Schema = {"type": "array", "items": {"type": "string", "maxLength": 200}, "maxItems": 20}
_TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": 200}
_REFUSALS = {
    "400": "The request is malformed",
    "413": "The body is too large",
    "414": "The address is too long",
    "415": "The body is no application/json",
    "422": "Understood, but not answerable: a name that no term has, or a contradiction",
    "503": "Time, memory or workers ran out; see Retry-After",
}


@lru_cache(maxsize=1)
def build_openapi() -> Schema:
    """The description, as JSON."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Leukograph",
            "version": kg.__version__,
            "description": f"What could explain a low white-cell count? {DISCLAIMER}",
            "license": {"name": "Apache-2.0 (code), CC-BY-4.0 (data)"},
        },
        "paths": _build_paths(),
        "components": {"schemas": _build_schemas()},
    }


def _build_paths() -> Schema:
    case, answer = {"$ref": _SCHEMAS + "Case"}, {"$ref": _SCHEMAS + "Answer"}
    names = [_param("finding", _NAMES | {"minItems": 1}, True), _param("absent", _NAMES), _param("drug", _NAMES)]
    pairs = {
        name: [_param(key, _TEXT, True) for key in keys]
        for name, keys in (("compare", ("first", "second")), ("why", ("subject", "object")))
    }
    limit = {"type": "integer", "minimum": 1, "maximum": 50, "default": 8}
    return {
        "/api/explain": {
            "get": _read("What could explain these findings? Names, synonyms or CURIEs.", names, answer),
            "post": _send("What could explain this case?", case, answer),
        },
        "/api/why-not": {
            "post": _send("Why is a cause not, or not high, in the answer?", _body(("cause", "case"), cause=_TEXT, case=case))
        },
        "/api/what-if": {
            "post": _send("How does the answer change with the case?", _body(("case",), case=case, add=_EDITS, drop=_EDITS))
        },
        "/api/next": {"post": _send("Which finding or test to look for next?", _body(("case",), case=case, limit=limit))},
        "/api/search": {"get": _read("Terms by label, synonym or code.", _search_params())},
        "/api/terms/{id}": {"get": _read("Everything known of one term.", [_path("id")], missing=True)},
        "/api/compare": {"get": _read("Similarities and differences of two terms.", pairs["compare"])},
        "/api/why": {"get": _read("Proofs that a term is a kind of another, or can cause it.", pairs["why"])},
        "/health": {"get": _read("Whether the server lives.", [])},
        "/version": {"get": _read("Versions of program and data.", [])},
    }


def _search_params() -> list[Schema]:
    return [_param("q", _TEXT, True), _param("limit", {"type": "integer", "minimum": 1, "maximum": 200, "default": 20})]


def _build_schemas() -> Schema:
    case = dict(answering.case_schema())
    parts = case.pop("$defs", {})
    for key in ("$schema", "$id"):
        case.pop(key, None)
    answer = {key: value for key, value in answer_schema().items() if key != "$schema"}
    text = json.dumps({"Case": case, "Answer": answer, **parts}).replace("#/$defs/", _SCHEMAS)
    schemas: Schema = json.loads(text)
    error = {"error": {"type": "string"}, "suggestions": {"type": "array", "items": {"type": "string"}}}
    return schemas | {"Error": {"type": "object", "required": ["error"], "properties": error}}


def _read(summary: str, parameters: list[Schema], answer: Schema = _OBJECT, missing: bool = False) -> Schema:
    return {"summary": summary, "parameters": parameters, "responses": _responses(answer, missing)}


def _send(summary: str, body: Schema, answer: Schema = _OBJECT) -> Schema:
    content = {"application/json": {"schema": body}}
    return {"summary": summary, "requestBody": {"required": True, "content": content}, "responses": _responses(answer)}


def _responses(answer: Schema, missing: bool = False) -> Schema:
    refusals = _REFUSALS | ({"404": "No such term"} if missing else {})
    error = {"$ref": _SCHEMAS + "Error"}
    return {"200": _response("The answer", answer)} | {status: _response(text, error) for status, text in refusals.items()}


def _response(text: str, schema: Schema) -> Schema:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _param(name: str, schema: Schema, required: bool = False) -> Schema:
    return {"name": name, "in": "query", "required": required, "schema": schema}


def _path(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": _TEXT}


def _body(required: tuple[str, ...], **properties: Schema) -> Schema:
    return {"type": "object", "required": list(required), "properties": properties}
