"""Odd files and odd environments, as a user meets them: one line, the right status, no traceback, never all of the memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from kg.exceptions import InputError
from kg.files import check_xml
from tests.conftest import ROOT

MEMORY = 1_500_000_000  # bytes of addresses that a command may take here
DEEP = "[" * 100_000
pytestmark = pytest.mark.usefixtures("small_kg")


def kg(*arguments: str, stdin: bytes = b"", cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A command that may take so much memory and no more."""
    return subprocess.run(
        [sys.executable, "-m", "kg", *arguments],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )


def refused(done: subprocess.CompletedProcess[bytes]) -> str:
    """The last line of a command that refused what it was given."""
    errors = done.stderr.decode()
    assert done.returncode == 2, (done.returncode, errors)
    assert "Traceback" not in errors
    return (errors or done.stdout.decode()).splitlines()[-1]


# --------------------------------------------------------------------------- numbers and nesting


LONG = "1" * 400
LONG_FLOAT = "1e999"


@pytest.mark.parametrize("number", [LONG, "1" * 5000, LONG_FLOAT, "-" + LONG])
def test_a_number_that_nothing_holds_is_told_with_its_place(number: str, tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text(f'{{"labs": [{{"test": "ANC", "value": {number}}}]}}', encoding="utf-8")
    assert "labs[0]" in refused(kg("explain", "--case", str(path), KG_ONTOLOGY=str(ROOT / "ontology"), KG_CACHE=""))


@pytest.mark.parametrize("number", [LONG, LONG_FLOAT])
def test_a_number_that_nothing_holds_in_fhir(number: str, tmp_path: Path) -> None:
    """a traceback before; what else the file says is answered or refused, in words"""
    path = tmp_path / "bundle.json"
    code = '{"text": "ANC"}'
    path.write_text(
        f'{{"resourceType": "Observation", "status": "final", "code": {code}, "valueQuantity": {{"value": {number}}}}}',
        encoding="utf-8",
    )
    done = kg("explain", "neutropenia", "--fhir", str(path))
    assert done.returncode in (0, 2)
    assert b"Traceback" not in done.stderr
    assert b"fault in kg" not in done.stderr


@pytest.mark.parametrize("contained", ['"x"', "1", "{}", "null", "[1]", '["x"]', "[[]]", '[{"id": 1}]'])
def test_contained_that_is_no_list_of_resources(contained: str, tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    path.write_text(
        '{"resourceType": "MedicationStatement", "status": "active", "subject": {"reference": "Patient/1"},'
        f' "medicationReference": {{"reference": "#m"}}, "contained": {contained}}}',
        encoding="utf-8",
    )
    done = kg("explain", "neutropenia", "--fhir", str(path))
    assert done.returncode in (0, 2), done.stderr
    assert b"Traceback" not in done.stderr
    assert b"fault in kg" not in done.stderr


@pytest.mark.parametrize("option", ["--case", "--fhir", "--phenopacket"])
@pytest.mark.parametrize("text", [DEEP, '{"a":' * 100_000, "", "nul", '{"a": NaN}', '"\\ud800"', "[1]", "\x00"])
def test_json_that_is_none_or_too_deep(option: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    refused(kg("explain", option, str(path)))
    refused(kg("explain", option, "-", stdin=text.encode()))


@pytest.mark.parametrize("text", [DEEP, "{}", "[]", '{"causes": 1}', '{"causes": [1], "findings": [2]}', "\ufeff{}", "x"])
def test_an_answer_that_is_none(text: str, tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text(text, encoding="utf-8")
    refused(kg("view", "--answer", str(path), "-o", str(tmp_path / "x.html")))
    assert not (tmp_path / "x.html").exists()


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    """before a case, a query, an answer, and the tables"""
    mark = b"\xef\xbb\xbf"
    case = b'{"findings": [{"text": "neutropenia"}]}'
    (tmp_path / "case.json").write_bytes(mark + case)
    assert kg("explain", "--case", str(tmp_path / "case.json")).returncode == 0
    assert kg("explain", "--case", "-", stdin=mark + case).returncode == 0
    (tmp_path / "q.rq").write_bytes(mark + b"ASK {}")
    assert kg("query", str(tmp_path / "q.rq")).returncode == 0
    assert kg("query", "-", stdin=mark + b"ASK {}").returncode == 0
    (tmp_path / "answer.json").write_bytes(mark + kg("explain", "neutropenia", "-f", "json").stdout)
    assert kg("view", "--answer", str(tmp_path / "answer.json"), "-o", str(tmp_path / "x.html")).returncode == 0


# --------------------------------------------------------------------------- files without an end, and what is no file


@pytest.mark.parametrize(
    "arguments",
    [
        ("explain", "--case", "{}"),
        ("explain", "--fhir", "{}"),
        ("explain", "--phenopacket", "{}"),
        ("view", "--answer", "{}"),
        ("query", "{}.rq"),
        ("diff", "{}", "{}"),
        ("push", "--endpoint", "http://127.0.0.1:9/", "--owl", "{}.owl"),
        ("push", "--endpoint", "http://127.0.0.1:9/", "--owl", "{}.ttl"),
        ("evaluate", "cases", "{}"),
        ("serve", "--token-file", "{}", "--port", "0"),
        ("build", "--ontology", "{}"),
        ("check", "--ontology", "{}"),
    ],
)
@pytest.mark.parametrize("kind", ["zero", "folder", "nothing", "binary"])
def test_what_has_no_end_or_is_no_file(arguments: Sequence[str], kind: str, tmp_path: Path) -> None:
    """/dev/zero, a folder, a name of nothing, and bytes that are no text"""
    for name in ("x", "x.rq", "x.owl", "x.ttl"):
        path = tmp_path / name
        if kind == "zero":
            path.symlink_to("/dev/zero")
        elif kind == "folder":
            path.mkdir()
        elif kind == "binary":
            path.write_bytes(bytes(range(256)) * 100)
    refused(kg(*(argument.format(tmp_path / "x") for argument in arguments)))


def test_standard_input_without_an_end() -> None:
    for arguments in (("explain", "--case", "-"), ("query", "-")):
        with Path("/dev/zero").open("rb") as zero:
            done = subprocess.run([sys.executable, "-m", "kg", *arguments], stdin=zero, capture_output=True, timeout=60)
        assert "MB" in refused(done)


@pytest.mark.parametrize("output", [".", "..", "/", "", "folder", "no/such/folder.html", "case.json/x.html"])
def test_a_page_cannot_be_put_there(output: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "case.json").write_text("mine", encoding="utf-8")
    refused(kg("view", "neutropenia", "-o", output, cwd=tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir() if path.name not in ("cache", "home")) == ["case.json", "folder"]


def test_a_folder_named_like_a_table_is_named(tables: Path, tmp_path: Path) -> None:
    (tables / "terms" / "x.tsv").mkdir()
    line = refused(kg("build", "--ontology", str(tables), "-o", str(tmp_path / "out")))
    assert "terms/x.tsv" in line


@pytest.mark.parametrize("name", ["full", "closed"])
@pytest.mark.parametrize("command", [("explain", "neutropenia"), ("explain", "neutropenia", "-f", "json"), ("--help",)])
def test_a_full_or_closed_output_is_told(name: str, command: Sequence[str]) -> None:
    """`kg explain … > /dev/full`"""
    arguments = [sys.executable, "-m", "kg", *command]
    if name == "full":
        if not Path("/dev/full").exists():
            pytest.skip("no /dev/full")
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(arguments, stdout=full, stderr=subprocess.PIPE, timeout=60)
        assert "cannot read or write" in refused(done)
        assert len(done.stderr.splitlines()) == 1
    else:
        done = subprocess.run(f"exec {' '.join(arguments)} >&-", shell=True, stderr=subprocess.PIPE, timeout=60)
        assert b"Traceback" not in done.stderr


def test_a_reader_that_leaves_is_no_fault() -> None:
    command = f"{sys.executable} -m kg explain neutropenia -f json | head -c 10"
    done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=60)
    assert done.stderr == b""


# --------------------------------------------------------------------------- environment


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "cp1252", "utf-8", "utf-16"])
def test_an_output_that_lacks_our_characters(encoding: str) -> None:
    """they are escaped, so that JSON stays JSON; on standard error, too"""
    done = kg("explain", "neutropenia", "-f", "json", PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    plain = json.loads(kg("explain", "neutropenia", "-f", "json", PYTHONIOENCODING="utf-8").stdout)
    assert json.loads(done.stdout.decode(encoding)) == plain
    assert kg("explain", "neutropenia", PYTHONIOENCODING=encoding).returncode == 0
    assert "unknown" in kg("explain", "→ ≥ 𝄞", PYTHONIOENCODING=encoding).stderr.decode(encoding)


def test_arguments_that_are_no_text() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kg", "explain", b"\xff\xfe", "--drug", b"\x80@1d"], capture_output=True, timeout=60
    )
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def _file(folder: Path) -> Path:
    (folder / "cache-file").write_text("mine", encoding="utf-8")
    return folder / "cache-file"


@pytest.mark.parametrize(
    "place", [_file, lambda folder: _file(folder) / "x", lambda _: Path("/proc/nothing"), lambda _: Path("/")]
)
def test_a_cache_that_cannot_be_is_done_without(place: Callable[[Path], Path], tmp_path: Path) -> None:
    """KG_CACHE naming a file, a place below one, or one that cannot be written"""
    folder = place(tmp_path)
    if folder == Path("/"):
        folder = tmp_path / "locked"
        folder.mkdir(mode=0o500)
    done = kg("explain", "neutropenia", KG_CACHE=str(folder))
    assert done.returncode == 0, done.stderr
    assert done.stdout == kg("explain", "neutropenia").stdout


def _deep(data: bytes) -> bytes:
    return data[:33] + DEEP.encode()


def _false(data: bytes) -> bytes:
    """Well formed, and a lie: another disease under the same associations."""
    assert b"Kostmann syndrome" in data
    return data.replace(b"Kostmann syndrome", b"common cold")


@pytest.mark.parametrize("damage", [_deep, _false, lambda d: d[:-10], lambda _: b"", lambda _: b"{}", lambda d: b"\xff" + d])
def test_a_damaged_or_false_cache_is_not_believed(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    cache = tmp_path / "own"
    right = kg("explain", "neutropenia", KG_CACHE=str(cache)).stdout
    files = sorted(cache.glob("graph-*.json"))
    assert len(files) == 1
    files[0].write_bytes(damage(files[0].read_bytes()))
    assert kg("explain", "neutropenia", KG_CACHE=str(cache)).stdout == right
    for path in cache.glob("*.json"):
        path.write_bytes(damage(path.read_bytes()) if path in files else b'{"stamp": [], "digest": "../../x"}')
    assert kg("explain", "neutropenia", KG_CACHE=str(cache)).stdout == right


@pytest.mark.parametrize(
    "arguments",
    [
        ("serve", "--timeout", "nan"),
        ("serve", "--timeout", "inf"),
        ("serve", "--timeout", "-1"),
        ("serve", "--max-rows", "0"),
        ("explain", "--lab", "ANC=nan"),
        ("explain", "--lab", "ANC=inf"),
        ("explain", "--lab", f"ANC={LONG}"),
        ("explain", "neutropenia", "--age", "P" + "9" * 400 + "Y"),
        ("explain", "neutropenia", "--drug", "clozapine@" + "9" * 400 + "d"),
        ("query", "causes_of_finding", "--param", "finding=\x01"),
        ("view", "--scope", "whole", "nothing like it"),
        ("explain",),
    ],
)
def test_values_that_cannot_be(arguments: Sequence[str]) -> None:
    done = kg(*arguments)
    assert done.returncode in (0, 2), done.stderr
    assert b"Traceback" not in done.stderr
    assert b"fault in kg" not in done.stderr


# --------------------------------------------------------------------------- XML


RDF = (
    '{doctype}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#">'
    '<rdf:Description rdf:about="https://w3id.org/leukograph/LEUKO_1"><rdfs:label>&g;</rdfs:label></rdf:Description></rdf:RDF>'
)
ENTITIES = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdef", "bcdefg", strict=True))
BOMB = RDF.format(doctype=f'<!DOCTYPE rdf:RDF [<!ENTITY a "lollollol">{ENTITIES}]>')


@pytest.mark.parametrize(
    "command",
    [
        ("diff", "{}/leukograph.owl", "{}/leukograph.owl"),
        ("diff", "{}", "{}"),
        ("export", "{}/out", "--ontology", "{}"),
        ("site", "{}/out", "--ontology", "{}"),
        ("reason", "--ontology", "{}"),
        ("check", "--profile", "release", "--ontology", "{}"),
        ("push", "--endpoint", "http://127.0.0.1:9/", "--owl", "{}/leukograph.owl"),
        ("explain", "neutropenia"),
        ("query", "causes_of_finding"),
        ("report",),
        ("view",),
        ("why", "agranulocytosis", "leukopenia"),
        ("serve", "--port", "0"),
    ],
)
def test_nested_entities_are_refused_wherever_owl_is_read(command: Sequence[str], tmp_path: Path) -> None:
    """515 bytes took 439 MB in `kg diff`; two levels more would take all memory"""
    folder = tmp_path / "bomb"
    folder.mkdir()
    for name in ("leukograph.owl", "leukograph-base.owl"):
        (folder / name).write_text(BOMB, encoding="utf-8")
    done = kg(*(part.format(folder) for part in command), KG_ONTOLOGY=str(folder), cwd=folder)
    assert "DOCTYPE" in done.stderr.decode(), done.stderr
    refused(done)


@pytest.mark.parametrize(
    "doctype", ["<!DOCTYPE x>", "<!doctype x>", "<!-- a --><!DOCTYPE x>", "<?a b?>\n<!DOCTYPE\nx []>", "<!ENTITY"]
)
def test_every_spelling_of_a_doctype_is_found(doctype: str) -> None:
    """Oxigraph reads them in any case"""
    with pytest.raises(InputError, match="DOCTYPE"):
        check_xml(RDF.format(doctype=doctype).encode())
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        with pytest.raises(InputError, match="UTF-16"):
            check_xml(RDF.format(doctype=doctype).encode(encoding))
    check_xml(RDF.format(doctype="<!-- a -->").encode())
