"""The term pages: static HTML, one page a term, with search and without any outside address.

Owns file names (`terms/LEUKO_0001003.html`), what a page shows and how. The explorer links here, so the names are a contract.
"""

from kg.authoring.release.site.build import build_site
from kg.authoring.release.site.names import get_page_name

__all__ = ["build_site", "get_page_name"]
