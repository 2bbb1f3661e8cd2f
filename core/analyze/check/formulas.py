"""Whether a formula stands in a document: TeX compared without what does not print.

A section's whole text is compared, so that the cells of an `align`, which are formulas of their
own in the text, are one again.
"""

import re
from functools import cached_property

from core.models.values import Document

_GONE = re.compile(
    r"\\(?:tag\*?|label|ref|eqref|hspace\*?|vspace\*?|phantom|color(?:\[\w+\])?|definecolor)"
    r"\s*\{[^{}]{0,100}\}"
    r"|\\kern\s?-?[\d.]+\s?(?:pt|em|ex|mu)|\\(?:begin|end)\s*\{[a-z]+\*?\}(?:\{[lcr|]+\})?"
    r"|\\(?:left|right|displaystyle|textstyle|scriptstyle|scriptscriptstyle|mathrm|mathbf|mathit"
    r"|mathsf|mathtt|mathcal|mathbb|mathfrak|mathscr|boldsymbol|bm|pmb|rm|bf|it|sf|cal|text|textbf"
    r"|textit|textrm|textnormal|mbox|operatorname|middle|big[lrm]?|Big[lrm]?|bigg[lrm]?|Bigg[lrm]?"
    r"|limits|nolimits|nonumber|notag|quad|qquad|enspace|thinspace|hfill|allowbreak|hskip"
    r"|mathop|mathrel|mathbin|mathord|ensuremath)(?![A-Za-z])\*?\.?(?=\W|\w|$)"
    r"|\\[,;:! /]|\\\\(?:\[[^\]]{0,10}\])?|\((?:[A-Z]\.?)?\d{1,3}[a-z]?\)\s*(?=\n|$)"
    r"|[\s{}&$~\u200b]"
)
_SAME = (
    (re.compile(r"\\(?:lVert|rVert|Vert)(?![A-Za-z])|\\parallel(?![A-Za-z])"), r"\|"),
    (re.compile(r"\\(?:lvert|rvert|vert|mid)(?![A-Za-z])"), "|"),
    (re.compile(r"\\[dtc]frac(?![A-Za-z])"), r"\\frac"),
    (re.compile(r"\\leq(?:slant)?(?![A-Za-z])"), r"\\le"),
    (re.compile(r"\\geq(?:slant)?(?![A-Za-z])"), r"\\ge"),
    (re.compile(r"\\neq(?![A-Za-z])"), r"\\ne"),
    (re.compile(r"\\rightarrow(?![A-Za-z])"), r"\\to"),
    (re.compile(r"\\(?:lbrace|rbrace|\{|\})"), "|"),
    (re.compile(r"\^\\prime(?![A-Za-z])|\^\{\\prime\}|\\prime(?![A-Za-z])|’"), "'"),
    (re.compile(r"\\(?:ast|star)(?![A-Za-z])"), "*"),
    (re.compile(r"\\(?:varepsilon)(?![A-Za-z])"), r"\\epsilon"),
    (re.compile(r"\\(?:ldots|cdots|dots[cbm]?)(?![A-Za-z])|…"), "..."),
    (re.compile(r"&lt;|\\lt(?![A-Za-z])"), "<"), (re.compile(r"&gt;|\\gt(?![A-Za-z])"), ">"),
    (re.compile(r"&amp;"), "&"),
)  # fmt: skip
_FORMULA = re.compile(r"\$\$?([^$]{1,3000})\$\$?")
_SIGN = re.compile(r"[=<>^_\\+]")
LEAST = 6
"""Characters from which on a formula may be a part of a longer one."""
LONGEST = 3_000


class Formulas:
    """A document in which formulas are looked for."""

    def __init__(self, document: Document) -> None:
        self._document = document

    @cached_property
    def _texts(self) -> dict[str, str]:
        return {section.id: bare(section.text) for section in self._document.sections}

    @cached_property
    def _own(self) -> dict[str, str]:
        """Each whole formula, with its section's id."""
        return {
            bare(found[1]): section.id
            for section in reversed(self._document.sections)
            for found in _FORMULA.finditer(section.text)
        }

    def find(self, tex: str) -> str | None:
        """Return the id of the section with this formula, whole or as part of a longer one."""
        wanted = bare(tex) if len(tex) <= LONGEST else ""
        if not _SIGN.search(wanted):
            return None
        if wanted in self._own or len(wanted) < LEAST:
            return self._own.get(wanted)
        return next((id_ for id_, text in self._texts.items() if wanted in text), None)


def bare(tex: str) -> str:
    """Return what of a TeX formula, or of a text with some, prints."""
    for pattern, sign in _SAME:
        tex = pattern.sub(sign, tex)
    return _GONE.sub("", tex).strip(".,;")
