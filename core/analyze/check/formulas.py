"""Whether a formula stands in a document: TeX compared without what does not print."""

import re

from core.models.values import Document

_FORMULA = re.compile(r"\$([^$]{3,2000})\$")
_UNPRINTED = re.compile(
    r"\\(?:left|right|displaystyle|textstyle|mathrm|mathbf|mathcal|mathbb|bm|boldsymbol|text"
    r"|operatorname|bigl?|bigr?|Bigl?|Bigr?|limits|nonumber|quad|qquad|[,;:! ])(?![A-Za-z])"
    r"|[\s{}&]|\\\\|\\label\([^)]{0,100}\)"
)
_LEAST = 6


def stands(tex: str, document: Document) -> str | None:
    """Return the id of the section with this formula, whole or as part of a longer one."""
    wanted = _bare(tex.strip().strip("$"))
    if len(wanted) < _LEAST:
        return None
    for section in document.sections:
        if any(wanted in _bare(found[1]) for found in _FORMULA.finditer(section.text)):
            return section.id
    return None


def _bare(tex: str) -> str:
    tex = tex.replace(r"\lVert", r"\|").replace(r"\rVert", r"\|").replace(r"\Vert", r"\|")
    return _UNPRINTED.sub("", tex).rstrip(".,;")
