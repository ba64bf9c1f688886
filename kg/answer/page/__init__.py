"""Interactive pages: one HTML file each, opened from disk, without any address outside.

Owns what a page shows (`model`, `grouping`), where it stands (`layout`), the pyvis network (`network`) and the file
itself (`template`, `assets/`). Gets an answer or a graph; looks nothing up elsewhere.
"""

from kg.answer.page.build import SCOPES, render_answer, render_frame, render_graph, render_json
from kg.answer.page.template import read_asset

__all__ = ["SCOPES", "read_asset", "render_answer", "render_frame", "render_graph", "render_json"]
