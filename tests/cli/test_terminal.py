"""The terminal: colour only where somebody looks, names offered for every option, near commands named."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys

import pytest

from kg.answer.lines import Line
from kg.cli import cli
from kg.cli.complete import begin
from kg.cli.terminal import paint
from tests.cli.test_cli import kg

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def complete(*words: str) -> list[str]:
    """What a shell is offered for the last word."""
    line = {"_KG_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(["kg", *words]), "COMP_CWORD": str(len(words))}
    done = subprocess.run([sys.executable, "-m", "kg"], capture_output=True, text=True, check=False, env=os.environ | line)
    return [row.partition(",")[2] for row in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["explain", "agr"], "agranulocytosis"),
        (["explain", "--drug", "Lep"], "Leponex"),
        (["explain", "--drug", "Tegr"], "Tegretol"),
        (["explain", "-p", "sp"], "splenomegaly"),
        (["explain", "-n", "spl"], "splenomegaly"),
        (["explain", "--lab", "AN"], "ANC="),
        (["view", "ag"], "agranulocytosis"),
        (["info", "react"], "reactive drug metabolite formation"),
        (["exp"], "explain"),
    ],
)
def test_the_shell_is_offered_names(words: list[str], offered: str) -> None:
    assert offered in complete(*words)


def test_what_was_typed_stays_as_typed() -> None:
    assert begin("lepo", ["Leponex", "Lepodine forte", "other"]) == ["leponex", "lepodine forte"]


def test_a_near_command_is_named() -> None:
    done = kg("explian", "neutropenia")
    assert done.returncode == 2
    assert "no command 'explian'; did you mean explain" in done.stderr
    assert "commands: explain, " in kg("zzzz").stderr


def on_terminal(*arguments: str, **environment: str) -> str:
    """Standard output of `kg` where it is a terminal."""
    ours, theirs = pty.openpty()
    settings = {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "60", "PAGER": "cat"}
    kept = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen(
        [sys.executable, "-m", "kg", *arguments], stdin=theirs, stdout=theirs, env=kept | settings | environment
    ):
        os.close(theirs)
        chunks = []
        while True:
            try:
                chunk = os.read(ours, 65536)
            except OSError:  # Linux ends a closed terminal so
                break
            if not chunk:
                break
            chunks.append(chunk)
    os.close(ours)
    return b"".join(chunks).decode().replace("\r\n", "\n")


@pytest.mark.usefixtures("small_kg")
class TestColour:
    def test_a_terminal_has_colour_and_a_box_and_a_pipe_has_neither(self) -> None:
        shown, piped = on_terminal("explain", "agranulocytosis"), kg("explain", "agranulocytosis").stdout
        assert ESCAPE.search(shown)
        assert "╭" in shown
        assert not ESCAPE.search(piped)
        assert "╭" not in piped
        assert "needs urgent medical review now" in ESCAPE.sub("", shown)

    @pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
    def test_no_colour_where_none_is_wanted(self, environment: dict[str, str]) -> None:
        assert not ESCAPE.search(on_terminal("explain", "agranulocytosis", **environment))

    def test_the_width_of_the_terminal_is_used(self) -> None:
        lines = on_terminal("explain", "agranulocytosis", "--drug", "chlorpromazine", NO_COLOR="1").splitlines()
        assert 80 < max(map(len, lines)) <= 100


@pytest.mark.usefixtures("small_kg")
@pytest.mark.parametrize(("high", "paged"), [("20", True), ("200", False)])
def test_what_is_longer_than_the_terminal_goes_through_the_pager(high: str, paged: bool) -> None:
    lines = on_terminal("explain", "neutropenia", "-v", NO_COLOR="1", LINES=high, PAGER="sed s/^/P:/").splitlines()
    assert all(line.startswith("P:") for line in lines) == paged
    assert any("Kostmann" in line for line in lines)


def test_paint_keeps_every_word() -> None:
    lines = [Line("Alert     now", "alert"), Line("Causes", "heading"), Line("  1 sepsis", "cause"), Line("")]
    plain = ESCAPE.sub("", paint(lines))
    assert "│ now │" in plain
    assert plain.splitlines()[3:] == ["Causes", "  1 sepsis", ""]


def test_a_piped_answer_loads_no_rich() -> None:
    code = "import sys; from kg.cli.ask import explain; assert not any(m.split('.')[0] == 'rich' for m in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_name_option_completes() -> None:
    command = cli.get_command(None, "explain")  # type: ignore[arg-type]
    assert command is not None
    offered = {p.name for p in command.params if p._custom_shell_complete}
    assert {"findings", "drugs", "labs", "present", "absent"} <= offered
