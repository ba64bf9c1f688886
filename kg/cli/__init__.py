"""The command line. Owns options and exit codes; every command calls `authoring` or `answering` and prints what it got.

Commands load their module only when they run, so that a short question starts fast.
"""

from __future__ import annotations

from importlib import import_module

import click

from kg import __version__

# Command -> module that holds it and the line that `kg --help` shows.
COMMANDS = {
    "explain": ("kg.cli.ask", "What could explain this finding?"),
    "compare": ("kg.cli.ask", "Similarities and differences of two terms."),
    "search": ("kg.cli.ask", "Find terms by label, synonym or code."),
    "info": ("kg.cli.ask", "What is known of one term, on one screen."),
    "schema": ("kg.cli.ask", "JSON Schema of an answer or a case."),
    "why": ("kg.cli.questions", "Proof of an edge, down to the rows of the tables."),
    "why-not": ("kg.cli.questions", "Why a cause is not in the answer, and what would bring it back."),
    "what-if": ("kg.cli.questions", "How the answer changes when the case does."),
    "next": ("kg.cli.questions", "Which finding or test to look for next."),
    "view": ("kg.cli.view", "Interactive HTML page of the graph, offline."),
    "query": ("kg.cli.query", "Run a named SPARQL query, a file, or standard input."),
    "push": ("kg.cli.push", "Load the ontology into another triple store."),
    "serve": ("kg.cli.serve", "Serve SPARQL, the JSON API and the pages."),
    "cohort": ("kg.cli.cohort", "Read a whole cohort: episodes, causes, one page."),
    "hospital": ("kg.cli.hospital", "Write a synthetic hospital, for scale and calibration."),
    "evaluate": ("kg.cli.evaluate", "Measure the answers against published cases."),
    "report": ("kg.cli.report", "What the knowledge covers, and what it lacks."),
    "build": ("kg.cli.author", "Build the OWL files from the tables."),
    "check": ("kg.cli.author", "Check the tables and the ontology."),
    "site": ("kg.cli.site", "A page for every term, as static HTML."),
    "diff": ("kg.cli.diff", "What changed between two releases."),
    "reason": ("kg.cli.reason", "Classify the ontology and tell what follows."),
    "export": ("kg.cli.export", "Write the ontology in every format that other tools read."),
}


class LazyGroup(click.Group):
    """Group that imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(COMMANDS[cmd_name][0]), cmd_name.replace("-", "_"))
        assert isinstance(command, click.Command)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of the first word. Raises UsageError that names the commands that look like it."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=3, cutoff=0.5)
            hint = f"; did you mean {', '.join(near)}?" if near else f"; commands: {', '.join(COMMANDS)}"
            raise click.UsageError(f"no command {args[0]!r}{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kg")
def cli() -> None:
    """Leukograph: what could explain a low white-cell count?

    For research and education; not certified as a medical device; not a diagnosis.

    \b
    kg explain neutropenia                     causes, mechanisms and the paper behind each step
    kg explain agranulocytosis --drug clozapine --absent splenomegaly
    kg compare leukopenia neutropenia

    Completion: eval "$(_KG_COMPLETE=bash_source kg)" (or zsh_source, fish_source).
    """
