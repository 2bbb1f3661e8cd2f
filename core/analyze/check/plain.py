"""Text without formulas' marks and typography, so that a statement and its paper read alike.

Not for display: TeX commands become the signs they print, citations go, digits grouped by thin
spaces or braces come together.
"""

import re
import unicodedata

_SIGNS = {
    r"\times": "×", r"\pm": "±", r"\sim": "~", r"\approx": "~", r"\%": "%", r"\le": "≤",
    r"\leq": "≤", r"\ge": "≥", r"\geq": "≥", r"\to": "→", r"\rightarrow": "→", r"\uparrow": "↑",
    r"\downarrow": "↓", r"\cdot": "·", r"\mu": "μ", r"\&": "&", r"\#": "#", r"\_": "_",
}  # fmt: skip
_GROUPED = re.compile(r"(?<=\d)(?:\{,\}|\\,|\\;|\\!|\u2009|\u202f|\u00a0)(?=\d{3}(?!\d))")
_SPACING = re.compile(r"\\[,;:! ]|~|\u00a0|\u2009|\u202f|\u2002|\u2003")
_WRAPPER = re.compile(
    r"\\(?:math(?:rm|bf|it|sf|tt|bb|cal|frak)|text(?:bf|it|rm|sf|tt|sc|normal)?|operatorname\*?"
    r"|bm|boldsymbol|emph|underline|overline|mbox|hat|bar|tilde|displaystyle|left|right)\b\*?"
)
_COMMAND = re.compile(r"\\(?:[A-Za-z]+|[%&#_])")
CITATION = re.compile(
    r"\[\s*\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\s*\]"
    r"|\((?:(?:see|e\.g\.,?|cf\.)\s*)?[A-Z][^()]{0,160}?\b(?<![A-Z]{2} )(?:19|20)\d\d[a-z]?"
    r"(?:\s*;[^()]{0,200})?\)"
)
"""A reference to literature: "[12, 3]", "(Smith et al., 2020; Doe, 2021)"; not "(ISIC 2018)"."""
_POWER = re.compile(r"10 ?\^ ?\{? ?([-−–]?\d{1,2})(?: ?\})?")
_DASHES = str.maketrans({"−": "-", "‐": "-", "‑": "-", "‒": "–", "—": "–", "﹣": "-"})
_ELEMENTS = re.compile(r"[{}$]")
_SPACES = re.compile(r"[^\S\n]+")


def plain(text: str) -> str:
    """Return `text` as a person would read it aloud from the page, on the lines it had."""
    # Full-width digits and per cent signs are common in Chinese; so are ligatures in PDFs.
    text = _kept_superscripts(text)
    text = text.replace("，", ", ")  # of no number: "256 × 256，400K" are two
    text = _GROUPED.sub(",", text)  # first: a compatibility form of a thin space is a space
    text = unicodedata.normalize("NFKC", text).translate(_DASHES)
    text = CITATION.sub(" ", text)
    text = _WRAPPER.sub("", text)
    text = _COMMAND.sub(lambda found: _SIGNS.get(found[0], " "), text)
    text = _SPACING.sub(" ", text)
    text = _SPACES.sub(" ", text)  # first, or a patient page makes the next pattern slow
    text = _POWER.sub(lambda found: f"10^{found[1].replace('–', '-')}", text)
    return _SPACES.sub(" ", _ELEMENTS.sub("", text.replace("}{", " ")))


_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_SUPERSCRIPT = re.compile(r"(?<=10)[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+")


def _kept_superscripts(text: str) -> str:
    """Keep "10⁻⁴" a power: compatibility forms would make it "10-4"."""
    return _SUPERSCRIPT.sub(lambda found: "^" + found[0].translate(_SUPERSCRIPTS), text)
