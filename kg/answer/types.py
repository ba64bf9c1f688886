"""What the answering wing hands out: an answer that can show itself.

`Explanation` knows no rendering; this thin subclass delegates to `kg.answer`, and computes nothing of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from kg.exceptions import MissingExtraError
from kg.reasoning.records import Explanation

if TYPE_CHECKING:
    from kg.knowledge.graph.traversal import Traversal


@dataclass(frozen=True, slots=True, repr=False)
class Answer(Explanation):
    """An `Explanation` with its forms: JSON, a table, a page."""

    traversal: Traversal | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, explanation: Explanation, traversal: Traversal) -> Answer:
        """The same explanation, with the graph it came from at hand."""
        values = {f.name: getattr(explanation, f.name) for f in fields(explanation)}
        return cls(**(values | {"traversal": traversal}))

    def __repr__(self) -> str:
        labels = ", ".join(str(finding["label"]) for finding in self.findings) or "nothing"
        return f"<Answer {self.status}: {len(self.causes)} causes for {labels}, data {self.versions.get('data', '?')}>"

    def to_json(self) -> dict[str, Any]:
        """The documented form (`kg schema answer`), as plain dicts and lists."""
        from kg.answer.data import explanation_to_json

        return explanation_to_json(self)

    def to_frame(self) -> Any:
        """A pandas DataFrame, one row a chain. Raises MissingExtraError without pandas."""
        from kg.answer.data import TSV_COLUMNS, explanation_to_rows

        try:
            import pandas as pd
        except ImportError:
            raise MissingExtraError("a table as a pandas frame", "frame") from None
        return pd.DataFrame(explanation_to_rows(self), columns=list(TSV_COLUMNS))

    def to_html(self) -> str:
        """One interactive page that needs no network."""
        from kg.answer.page import render_answer

        return render_answer(self, self._get_traversal())

    def to_svg(self) -> str:
        """A still picture of the best supported causes, for places that run no scripts."""
        from kg.answer.pictures import render_picture

        return render_picture(self)

    def _repr_html_(self) -> str:
        """The page in a sandboxed frame; where frames and styles are stripped (a code host), the still picture shows."""
        from kg.answer.page import render_frame

        return render_frame(self.to_html(), self.to_svg(), f"{len(self.causes)} possible causes")

    def _repr_svg_(self) -> str:
        """The still picture as a form of its own: what a notebook keeps for places that show no frames."""
        return self.to_svg()

    def _get_traversal(self) -> Traversal:
        if self.traversal is None:
            raise ValueError("this answer was made without a graph; use kg.explain")
        return self.traversal
