"""`python -m tests.fuzz.generate` writes the corpus anew: the same seed gives the same inputs. Run it when a kind is added.

An input is a command with `{file}` where its content goes. Each kind starts from something sound and breaks it at random.
"""

from __future__ import annotations

import base64
import copy
import json
import lzma
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.conftest import FIXTURE

CORPUS = Path(__file__).with_name("corpus.jsonl.xz")
SEED = "leukograph"
Chance = random.Random


class Input(NamedTuple):
    """One input: the command's words, and the bytes of its file."""

    command: list[str]
    data: bytes


TESTS = ["ANC", "WBC", "neutrophils", "Hb", "platelets", "lymphocytes", "LOINC:751-8", "751-8", "ferritin", "", "=", "x" * 300]
NUMBERS = [
    *("0.4 0,4 400 -1 1e9 1e999 nan inf 0x10 1.200 1_000 <0.1 >=5 12% ½ ٣ 0.4.4 1/2 -0 +0.4 4e-10 ..5").split(),
    *("1" * 400, "", " ", "normal", "low", "--"),
]
UNITS = [
    "",
    "/uL",
    "10*9/L",
    "K/uL",
    "g/dL",
    "%",
    "[",
    "]",
    "[/uL]",
    "x10^9/L",
    "lakh/cumm",
    "\0",
    "µL",
    "10*999/L",
    "m" * 200,
    "{}",
]
NAMES = [
    *("neutropenia|fever|no fever|clozapine|carbimazole 10 mg|COVID-19|LEUKO:0001003|HP:0001875|SEED:1||  |nobody knows").split(
        "|"
    ),
    *(
        "neutropenia" * 50,
        "féver",
        "ne\u0301utropenia",
        "\u202eainep",
        "'; DROP TABLE--",
        "<script>",
        "../../etc/passwd",
        "%s%n",
        "@@",
        "\x1b",
    ),
]
TIMES = [
    "",
    "@5d",
    "@5",
    "@-5d",
    "@1e9d",
    "@nan",
    "@5..3d",
    "@3..5d",
    "@999999999999d",
    "@@5d",
    "@5d@6d",
    "@0d",
    "@..",
    "@" + "9" * 400,
]
AGES = ["P41Y", "P0D", "41", "P9999999Y", "P-1Y", "P1Y2M3DT4H", "PT", "P1.5Y", "birth", "P" + "9" * 400 + "D", ""]
WORDS = [
    None,
    True,
    False,
    0,
    -1,
    1e308,
    "",
    "x",
    [],
    {},
    [[]],
    {"": ""},
    "final",
    "1" * 400,
    10**30,
    "\ud83d\ude00",
    "2026-13-45",
    "P1Y",
]

CASE: Any = {
    "patient": {"age": "P41Y", "sex": "female"},
    "labs": [{"test": "ANC", "value": 0.4, "unit": "10*9/L", "days_ago": 2}, {"loinc": "6690-2", "value": 2.1, "bound": "<"}],
    "findings": [{"text": "fever", "status": "present"}, {"id": "HP:0001875"}, {"text": "splenomegaly", "status": "absent"}],
    "drugs": [{"name": "clozapine", "days_since_start": 50, "days_since_stop": 3}],
    "history": [{"text": "rheumatoid arthritis"}],
}
OBSERVATION: Any = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "751-8"}], "text": "Neutrophils"},
    "subject": {"reference": "Patient/p"},
    "effectiveDateTime": "2026-03-01T10:00:00Z",
    "valueQuantity": {"value": 0.4, "unit": "10*9/L", "system": "http://unitsofmeasure.org", "code": "10*9/L"},
    "interpretation": [{"coding": [{"code": "L"}]}],
}
BUNDLE: Any = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {"resource": {"resourceType": "Patient", "id": "p", "birthDate": "1980-01-01", "gender": "female"}},
        {"resource": OBSERVATION},
        {
            "resource": {
                "resourceType": "Condition",
                "subject": {"reference": "Patient/p"},
                "code": {"text": "Fever"},
                "clinicalStatus": {"coding": [{"code": "active"}]},
            }
        },
        {
            "resource": {
                "resourceType": "MedicationStatement",
                "status": "active",
                "subject": {"reference": "Patient/p"},
                "medicationReference": {"reference": "#m"},
                "contained": [{"resourceType": "Medication", "id": "m", "code": {"text": "clozapine"}}],
                "effectivePeriod": {"start": "2026-01-01"},
            }
        },
        {
            "resource": {
                "resourceType": "DiagnosticReport",
                "status": "final",
                "code": {"text": "CBC"},
                "contained": [OBSERVATION | {"id": "o"}],
                "result": [{"reference": "#o"}],
            }
        },
    ],
}
PACKET: Any = {
    "id": "case",
    "subject": {"id": "p", "sex": "FEMALE", "timeAtLastEncounter": {"age": {"iso8601duration": "P41Y"}}},
    "phenotypicFeatures": [
        {"type": {"id": "HP:0001875", "label": "Neutropenia"}},
        {"type": {"id": "HP:0001945"}, "excluded": True},
    ],
    "measurements": [
        {"assay": {"id": "LOINC:751-8", "label": "ANC"}, "value": {"quantity": {"unit": {"id": "UCUM:10*9/L"}, "value": 0.4}}}
    ],
    "medicalActions": [{"treatment": {"agent": {"id": "x", "label": "clozapine"}}}],
    "metaData": {"created": "2026-03-01T00:00:00Z", "createdBy": "x", "phenopacketSchemaVersion": "2.0"},
}
ANSWER: Any = json.loads(Path(__file__).with_name("answer.json").read_text(encoding="utf-8"))
QUERY = (
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> SELECT ?a (COUNT(?b) AS ?n) "
    "{ ?a rdfs:label ?b OPTIONAL { ?a ?c ?d FILTER(?d > 1) } } GROUP BY ?a ORDER BY ?n LIMIT 5"
)
OWL = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:owl="http://www.w3.org/2002/07/owl#" xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#">\n'
    '<owl:Ontology rdf:about="https://w3id.org/leukograph/leukograph.owl"/>\n'
    '<owl:Class rdf:about="https://w3id.org/leukograph/LEUKO_0001003"><rdfs:label>neutropenia</rdfs:label>'
    '<rdfs:subClassOf><owl:Restriction><owl:onProperty rdf:resource="x:p"/><owl:someValuesFrom rdf:resource="x:c"/>'
    "</owl:Restriction></rdfs:subClassOf></owl:Class>\n</rdf:RDF>\n"
)
BYTES = [
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\r",
    b"\t",
    b"\n",
    b"<",
    b"&",
    b'"',
    b"{",
    b"}",
    b"<!DOCTYPE x [",
    b"\\u",
    b"9" * 50,
    b"",
]


def break_bytes(chance: Chance, data: bytes) -> bytes:
    """Cut, double, exchange or insert at random places."""
    for _ in range(chance.choice([1, 1, 1, 2, 5])):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice([0, 1, 1, 5, 50]))
        part = chance.choice([*BYTES, data[start:end] * 2, bytes([chance.randrange(256)])])
        data = data[:start] + part + data[end:]
    return data


def break_json(chance: Chance, sound: Any) -> bytes:
    """Exchange, drop, double or nest values at random places of a structure."""
    data = copy.deepcopy(sound)
    for _ in range(chance.choice([1, 1, 1, 2, 2, 4])):
        parent, key = chance.choice(list(_places(data)) or [([data], 0)])
        change = chance.randrange(6)
        if change == 0:
            parent[key] = copy.deepcopy(chance.choice(WORDS))
        elif change == 1:
            parent.pop(key)
        elif change == 2:
            parent[key] = [parent[key], parent[key]]
        elif change == 3:
            parent[key] = {"value": parent[key]}
        elif change == 4 and isinstance(parent, dict):
            parent[chance.choice(["text", "value", "status", "coding", "reference", "x", "valueString", "code"])] = parent[key]
        else:
            parent[key] = chance.choice(NAMES + NUMBERS + UNITS)
    return json.dumps(data).encode()


def _places(data: Any) -> Iterator[tuple[Any, Any]]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in list(items):
        yield data, key
        yield from _places(value)


def make_flags(chance: Chance) -> Input:
    """A question by flags, in most of which one or two parts are odd."""

    def pick(sound: list[str], odd: list[str]) -> str:
        return chance.choice(sound if chance.random() < 0.75 else odd).replace("\0", "?")

    words = ["-p", "neutropenia"] if chance.random() < 0.7 else []
    for _ in range(chance.randint(1, 4)):
        lab = f"{pick(TESTS[:5], TESTS)}={pick(['0.4', '400', '12', '2.1'], NUMBERS)}"
        lab += pick(UNITS[:5], UNITS) + pick(TIMES[:2], TIMES)
        said = pick(["fever", "no fever", "rash and fever", "ANC 300/mm3"], [*NAMES, lab.replace("=", " ")])
        drug = pick(["clozapine", "methimazole"], NAMES) + pick(["", "@5d", "@50..3d"], TIMES)
        value = {"--lab": lab, "--drug": drug, "-p": said, "-n": pick(["splenomegaly", "fever"], NAMES)}
        value |= {"--age": pick(["P41Y", "P0D"], AGES), "--sex": pick(["female"], ["x", ""]), "--duffy": pick(["null"], ["x"])}
        option = chance.choice(list(value))
        words += [option, value[option]]
    return Input(["explain", *words, "-f", chance.choice(["text", "json", "tsv", "ttl", "fhir"])], b"")


def _file(command: list[str], sound: Any) -> Callable[[Chance], Input]:
    def make(chance: Chance) -> Input:
        if isinstance(sound, bytes):
            return Input(command, break_bytes(chance, sound))
        data = break_json(chance, sound)
        return Input(command, break_bytes(chance, data) if chance.random() < 0.15 else data)

    return make


KINDS: dict[str, tuple[int, Callable[[Chance], Input]]] = {
    "flags": (500, make_flags),
    "case": (350, _file(["explain", "--case", "{file}"], CASE)),
    "fhir": (400, _file(["explain", "--fhir", "{file}"], BUNDLE)),
    "phenopacket": (150, _file(["explain", "--phenopacket", "{file}"], PACKET)),
    "query": (200, _file(["query", "{file}"], QUERY.encode())),
    "answer": (100, _file(["view", "--answer", "{file}", "-o", "{file}.html"], ANSWER)),
    "owl": (150, _file(["diff", "{file}", "{file}"], OWL.encode())),
    "table": (150, _file(["check", "--tables", "--ontology", "{tables}"], (FIXTURE / "terms" / "seed.tsv").read_bytes())),
}


def generate() -> Iterator[Input]:
    """All inputs of the corpus, in order."""
    for name, (count, make) in KINDS.items():
        chance = random.Random(f"{SEED} {name}")
        for _ in range(count):
            yield make(chance)


def write() -> int:
    """Write the corpus; gives the number of inputs."""
    lines = [json.dumps([item.command, base64.b85encode(item.data).decode()]) for item in generate()]
    CORPUS.write_bytes(lzma.compress("\n".join(lines).encode(), preset=9))
    return len(lines)


def read() -> list[Input]:
    """The saved corpus."""
    lines = lzma.decompress(CORPUS.read_bytes()).decode().splitlines()
    return [Input(command, base64.b85decode(data)) for command, data in map(json.loads, lines)]


if __name__ == "__main__":
    print(write(), "inputs,", CORPUS.stat().st_size, "bytes")  # noqa: T201
