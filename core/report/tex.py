"""TeX in titles and sentences, as the characters it prints: "D$^3$R" as "D³R". Pure and linear.

arXiv's lists carry the authors' source. Commands that only change the type go, signs, accents and
raised or lowered figures become Unicode, and what has no such form is left as it was written. A
dollar may be money: a formula neither begins nor ends with a space.
"""

import re
import unicodedata
from collections.abc import Callable

from telegramify_markdown.latex_escape.const import LATEX_SYMBOLS
from telegramify_markdown.latex_escape.helper import LatexToUnicodeHelper

_FORMULA = re.compile(
    r"(?<!\\)\$\$?(?=[^\s$])([^$\n]{1,300})(?<=[^\s\\])\$\$?(?!\d)"
    r"|(?<!\\)\$([^$\n]{0,99}[\\^_][^$\n]{1,99})\$"  # whatever is around it, this is no money
    r"|\\\((.{1,300}?)\\\)"
)
_TYPE = re.compile(
    r"\\(?:text(?:tt|bf|it|sc|rm|sf|sl|up|md|normal)?|math(?:rm|bf|it|sf|tt|cal|scr|frak|normal)"
    r"|bm|boldsymbol|pmb|emph|underline|mbox|hbox|operatorname\*?|ensuremath|uppercase)"
    r"\s*\{([^{}]{0,300})\}"
)
_SWITCH = re.compile(
    r"\\(?:bf|it|rm|tt|sc|sf|em|sl|mathbf|mathcal|mathrm|displaystyle|left|right)\b ?"
)
_RAISED = re.compile(r"\\text(super|sub)script\s*\{([^{}]{0,100})\}")
_ACCENT = re.compile(r"\\([\"'`^~=.]|[uvHcdbrk](?=[\s{]))\s*(?:\{\\?([A-Za-z])\}|\\?([A-Za-z]))")
_ACCENTS = {
    '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304",
    ".": "\u0307", "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "d": "\u0323",
    "b": "\u0331", "r": "\u030a", "k": "\u0328",
}  # fmt: skip
_ESCAPED = re.compile(r"\\([%&#_$])")
_BREAK = re.compile(r"\s{0,3}\\\\\s{0,3}")
_COMMAND = re.compile(r"\\[A-Za-z]{1,30}(?:\{\}| (?=\W))?")
_SCRIPT = re.compile(r"([_^])\(([^()\s]{1,40})\)")
_MOST_BRACES = 40
"""The converter descends into each."""
_UNREADABLE = (LookupError, ValueError, TypeError, RecursionError)
_convert: Callable[[str], str] = LatexToUnicodeHelper().parse


def readable(text: str) -> str:
    """Return `text` with its TeX as the characters it prints."""
    if "\\" not in text and "$" not in text:
        return text
    shown = _shown(text)
    return shown if shown.strip() else text


def _shown(text: str) -> str:
    text = _RAISED.sub(lambda raised: _scripted(raised[1] == "super", raised[2]), text)
    text = _FORMULA.sub(lambda formula: _formula(formula[formula.lastindex or 0], formula[0]), text)
    text = _ACCENT.sub(lambda accent: _accented(accent[1], accent[2] or accent[3]), text)
    text = _untyped(text)
    text = _COMMAND.sub(lambda command: _sign(command[0]), text)
    return _ESCAPED.sub(r"\1", _BREAK.sub(" ", text))


def _scripted(is_raised: bool, text: str) -> str:
    return f"${'^' if is_raised else '_'}{{{text}}}$"


def _formula(tex: str, whole: str) -> str:
    """Return a formula as characters; as it was where that cannot be done."""
    if tex.count("{") > _MOST_BRACES:
        return whole
    try:
        shown = _convert(_untyped(tex).replace("~", " ")).strip()
    except _UNREADABLE:
        return whole
    shown = _SCRIPT.sub(r"\1\2", shown).replace("^*", "*")
    return whole if "\\" in shown else shown


def _untyped(text: str) -> str:
    for _ in range(3):  # \textbf{\emph{...}}
        text = _TYPE.sub(r"\1", text)
    return _SWITCH.sub("", text)


def _accented(accent: str, letter: str) -> str:
    return unicodedata.normalize("NFC", letter + _ACCENTS[accent])


def _sign(command: str) -> str:
    return LATEX_SYMBOLS.get(command.removesuffix("{}").strip(), command)
