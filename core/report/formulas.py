r"""A formula's TeX as characters a person can read: "\mathbf{x}_{t+1}" as "xₜ₊₁". Pure, linear.

Raised and lowered characters are Unicode's where all of them exist, else they are written out:
"x_data", "x_(i,j)". Fractions get brackets where they need them, commands that only set type or
colour go, and one nobody knows is spelled by its name. A formula is converted whole or not at all.

The tables are telegramify-markdown's. Its converter leaves "\boldsymbol" and "\tfrac" as they are
and guesses at "[rgb]"; pylatexenc's writes "x_{t+1}" as "x_t+1" and "\tfrac{1}{2}" as "12".
"""

import re
import unicodedata
from collections.abc import Callable

from telegramify_markdown.latex_escape.const import BB, FRAC_MAP, LATEX_SYMBOLS, NOT_MAP

from core.report.tex_signs import (
    ACCENTS,
    BIG,
    FRACTIONS,
    LENGTHS,
    LOWERED,
    RAISED,
    RELATIONS,
    SCRIPT_LETTERS,
    SET,
    SIGNS,
    SILENT,
)

_DEEPEST = 30
_NAME = re.compile(r"[A-Za-z]+\*?|.", re.DOTALL)
_LENGTH = re.compile(r"\s?-?[\d.]{1,9}\s?(?:pt|em|ex|mu|cm|mm|in)\b\s?")
_OPTION = re.compile(r"\s?\[[^\[\]{}]{0,100}\]")
_SPACES = re.compile(r"\s++")
_ONE = re.compile(r"(?:[^\W_]|\.)+[′″]?")
_WORD = re.compile(r"[A-Za-z]{2,}")
_IN_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]+\Z")


class Unreadable(ValueError):
    """A formula that cannot be shown as characters."""


def shown(tex: str) -> str:
    """Return a formula as characters. Raise `Unreadable` when it is none, or too deeply nested."""
    formula = _Formula(tex)
    text = _SPACES.sub(" ", formula.until("")).strip()
    if "\\" in text or not _is_balanced(text) or not text:
        raise Unreadable(tex)
    return text


def shown_command(text: str) -> tuple[str, int]:
    """Return the command that prose begins with as characters, and where it ends.

    Raise `Unreadable`.
    """
    formula = _Formula(text, is_prose=True)
    said = formula.scripted(formula.atom())
    if "\\" in said or not _is_balanced(said):
        raise Unreadable(text)
    return said, formula.at


class _Formula:
    """One pass over a formula."""

    def __init__(self, tex: str, *, is_prose: bool = False) -> None:
        self.tex = tex
        self.at = 0
        self._depth = 0
        self._scripts = 0
        self._is_prose = is_prose

    def until(self, end: str) -> str:
        """Return everything up to `end` ("": the formula's end), which is consumed."""
        self._deepen()
        pieces: list[str] = []
        while self.at < len(self.tex):
            if end and self.tex.startswith(end, self.at):
                self.at += len(end)
                self._depth -= 1
                return "".join(pieces)
            self._put(pieces, self.scripted(self.atom()))
        if end:
            raise Unreadable(self.tex)
        return "".join(pieces)

    def _put(self, pieces: list[str], piece: str) -> None:
        """Append a piece, a name with space around it: it is a word, not a product of letters."""
        before = pieces[-1] if pieces else ""
        is_name = _WORD.match(piece) or (_WORD.match(before) and len(before) > 1)
        if is_name and before[-1:].isalnum() and piece[:1].isalnum() and not self._is_tight:
            pieces.append(" ")
        pieces.append(piece)

    @property
    def _is_tight(self) -> bool:
        """Whether spaces are not ours to set: in prose, and in what is raised or lowered."""
        return self._is_prose or self._scripts > 0

    def _next(self) -> str:
        """Return what the next piece probably begins with."""
        at = self.at
        if self.tex[at : at + 1] != "\\" or not (found := _NAME.match(self.tex, at + 1)):
            return self.tex[at : at + 1]
        if found[0] in SILENT:
            return self.tex[found.end() : found.end() + 1]
        return str(LATEX_SYMBOLS.get("\\" + found[0], "a"))[:1]

    def atom(self) -> str:
        """Return what stands here, without its scripts."""
        sign = self.tex[self.at : self.at + 1]
        self.at += 1
        match sign:
            case "\\":
                return self._command()
            case "{":
                return self.until("}")
            case "}" | "":
                raise Unreadable(self.tex)
            case "~" | "\n" | "\t":
                return " "
            case "&" | "$":
                return ""
            case "'" if not self._is_prose:
                return "′"
            case "^" | "_":
                self.at -= 1
                return ""
            case _:
                return self._related(sign)

    def scripted(self, base: str) -> str:
        """Return `base` with what is raised and lowered behind it."""
        start = self.at
        while (sign := self.tex[self.at : self.at + 1]) and sign in "^_":
            self.at += 1
            base += self._script(sign)
        if base[:1] in BIG and self.at > start and self._next() not in ("", " "):
            base += " "
        return base

    def _script(self, sign: str) -> str:
        self._scripts += 1
        argument = self._argument().strip()
        self._scripts -= 1
        if not argument:
            return ""
        table = RAISED if sign == "^" else LOWERED
        if all(letter in table for letter in argument):
            return "".join(table[letter] for letter in argument)
        if not _ONE.fullmatch(argument) and len(argument) > 1:
            return f"{sign}({argument})"
        is_glued = self._next().isalnum() and not self._is_tight
        return f"{sign}{argument}{' ' if is_glued else ''}"

    def _argument(self) -> str:
        """Return a command's next argument: a group or one sign."""
        while self.tex[self.at : self.at + 1].isspace():
            self.at += 1
        if self.tex[self.at : self.at + 1] in "^_":
            raise Unreadable(self.tex)
        self._deepen()
        argument = self.atom()
        self._depth -= 1
        return argument

    def _deepen(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Unreadable(self.tex)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        if found := pattern.match(self.tex, self.at):
            self.at = found.end()

    def _command(self) -> str:
        start = self.at - 1
        found = _NAME.match(self.tex, self.at)
        if found is None:
            raise Unreadable(self.tex)
        self.at = found.end()
        name = found[0].rstrip("*") or found[0]
        if (
            name.isalpha()
            and not self._is_prose
            and not self.tex[max(0, start - 1) : start].isspace()
        ):
            self._skip(_SPACES)
        return self._meant(name)

    def _meant(self, name: str) -> str:
        """Return what a command prints."""
        if name in SILENT:
            if name in ("left", "right", "middle") and self.tex[self.at : self.at + 1] == ".":
                self.at += 1  # a bracket that is not there
            return ""
        if name in SET:
            return self._set(name, *SET[name])
        if name in LENGTHS:
            self._skip(_LENGTH)
            return ""
        if (known := _MEANINGS.get(name)) is not None:
            return known(self)
        if name in FRACTIONS:
            return self._fraction()
        return self._accented(name) if name in ACCENTS else self._sign(name)

    def _set(self, name: str, lost: int, stays: bool) -> str:
        """Return what stays of a command's arguments."""
        self._skip(_OPTION)
        for _ in range(lost):
            self._argument()
        if not stays:
            return ""
        was_prose, self._is_prose = self._is_prose, self._is_prose or name.startswith("text")
        argument = self._argument()
        self._is_prose = was_prose
        return argument

    def _sign(self, name: str) -> str:
        if name in SIGNS:
            return SIGNS[name]
        sign = LATEX_SYMBOLS.get("\\" + name)
        if sign is not None:
            return self._related(sign)
        if not name.isalpha():
            return name if name.isprintable() else " "
        if self.tex[self.at : self.at + 1] == "{":
            return f"{name}({self._argument()})"
        return name

    def _related(self, sign: str) -> str:
        """Return a sign, a relation between spaces unless it is raised or lowered."""
        if sign not in RELATIONS or self._is_tight:
            return sign
        return f" {sign} "

    def _fraction(self) -> str:
        above, below = self._argument().strip(), self._argument().strip()
        if (above, below) in FRAC_MAP:
            return str(FRAC_MAP[above, below])
        return f"{_bracketed(above)}/{_bracketed(below)}"

    def _accented(self, name: str) -> str:
        base = self._argument().strip()
        letters = unicodedata.normalize("NFC", base)
        if len(letters) == 1 or (base and name in ("overline", "underline") and base.isalnum()):
            return unicodedata.normalize("NFC", "".join(c + ACCENTS[name] for c in letters))
        if len(letters) > 1 and unicodedata.combining(letters[1]) and len(letters) == 2:
            return letters + ACCENTS[name]
        return f"{name.removeprefix('wide')}({base})" if name.isalpha() else base

    def root(self) -> str:
        """Return a root."""
        found = _OPTION.match(self.tex, self.at)
        degree = found[0].strip(" []") if found else ""
        self._skip(_OPTION)
        sign = {"": "√", "2": "√", "3": "∛", "4": "∜"}.get(degree)
        if sign is None:
            raised = (RAISED.get(letter, "") for letter in degree)
            sign = "".join(raised) + "√"
        return sign + _bracketed(self._argument().strip())

    def blackboard(self) -> str:
        """Return letters with doubled strokes."""
        return "".join(BB.get(letter, letter) for letter in self._argument())

    def script_letter(self) -> str:
        """Return a script letter; letters of a word stay plain."""
        before = self.tex[max(0, self.at - 30) : self.at].rstrip().removesuffix("\\mathcal")
        letter = self._argument().strip()
        is_word = self.tex[self.at : self.at + 1].isalpha() or _IN_WORD.search(before)
        if is_word or len(letter) != 1 or not (letter.isascii() and letter.isalpha()):
            return letter
        offset = ord(letter) - (ord("A") if letter.isupper() else ord("a") - 26)
        return SCRIPT_LETTERS.get(letter) or chr(0x1D49C + offset)

    def over(self) -> str:
        """Return a sign with something above it."""
        above, base = self._argument().strip(), self._argument().strip()
        return base if base in RELATIONS else f"{base}^({above})"

    def under(self) -> str:
        """Return a sign with something below it."""
        below, base = self._argument().strip(), self._argument().strip()
        return f"{base}_{below}" if _ONE.fullmatch(below) else f"{base}_({below})"

    def binomial(self) -> str:
        """Return a binomial coefficient."""
        return f"C({self._argument().strip()}, {self._argument().strip()})"

    def arrow(self) -> str:
        """Return an arrow with something above it."""
        self._skip(_OPTION)
        above = self._argument().strip()
        return f" →({above}) " if above else " → "

    def negated(self) -> str:
        """Return a struck sign."""
        sign = self._argument().strip()
        return self._related(NOT_MAP.get(sign, f"not {sign}"))

    def modulo(self) -> str:
        """Return "(mod n)"."""
        return f" (mod {self._argument().strip()})"

    def numbered(self) -> str:
        """Return an equation's number."""
        return f" ({self._argument().strip()})"

    def raised(self) -> str:
        """Return `\\textsuperscript`."""
        return self._script("^")

    def lowered(self) -> str:
        """Return `\\textsubscript`."""
        return self._script("_")

    def environment(self) -> str:
        """Return rows of cells in one line."""
        name = self._argument().strip()
        if name in ("array", "tabular", "subarray"):
            self._argument()
        rows = [_SPACES.sub(" ", row).strip(" ,") for row in self._rows(name)]
        inside = "; ".join(row for row in rows if row)
        return f"[{inside}]" if "matrix" in name else inside

    def _rows(self, name: str) -> list[str]:
        rows, row = list[str](), list[str]()
        end = f"\\end{{{name}}}"
        while self.at < len(self.tex):
            if self.tex.startswith(end, self.at):
                self.at += len(end)
                return [*rows, "".join(row)]
            if self.tex.startswith("\\\\", self.at):
                self.at += 2
                self._skip(_OPTION)
                rows.append("".join(row))
                row = []
            elif self.tex[self.at] == "&":
                self.at += 1
                row.append(", " if name == "cases" else " ")
            else:
                self._put(row, self.scripted(self.atom()))
        raise Unreadable(self.tex)

    def stray_end(self) -> str:
        """Refuse the end of what never began."""
        raise Unreadable(self.tex)


_MEANINGS: dict[str, Callable[[_Formula], str]] = {
    "sqrt": _Formula.root,
    "mathbb": _Formula.blackboard,
    "mathbbm": _Formula.blackboard,
    "mathds": _Formula.blackboard,
    "mathcal": _Formula.script_letter,
    "overset": _Formula.over,
    "stackrel": _Formula.over,
    "underset": _Formula.under,
    "binom": _Formula.binomial,
    "dbinom": _Formula.binomial,
    "tbinom": _Formula.binomial,
    "xrightarrow": _Formula.arrow,
    "not": _Formula.negated,
    "pmod": _Formula.modulo,
    "tag": _Formula.numbered,
    "textsuperscript": _Formula.raised,
    "textsubscript": _Formula.lowered,
    "begin": _Formula.environment,
    "end": _Formula.stray_end,
}


def _bracketed(text: str) -> str:
    """Return a part of a fraction or root, in brackets unless it is one thing."""
    is_one = _ONE.fullmatch(text) or len(text) == 1 or _is_enclosed(text)
    if is_one or (len(text) <= 3 and not re.search(r"[-+/=\s]", text)):
        return text
    return f"({text})"


def _is_enclosed(text: str) -> bool:
    """Whether brackets around the whole of it are one pair."""
    if text[:1] != "(" or text[-1:] != ")":
        return False
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if not depth:
            return at == len(text) - 1
    return False


def _is_balanced(text: str) -> bool:
    depth = 0
    for sign in text:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return not depth
