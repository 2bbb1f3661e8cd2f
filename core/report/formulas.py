r"""A formula's TeX as characters a person can read: "\mathbf{x}_{t+1}" as "xₜ₊₁". Pure, linear.

Raised and lowered characters are Unicode's where all of a formula's exist, else letters are written
out: "x_data", "W^Q" beside "W^K". Fractions get brackets where they need them, commands that only
set type or colour go, and one nobody knows is spelled by its name. A formula is converted whole or
not at all.

The tables are telegramify-markdown's. Its converter leaves "\boldsymbol" and "\tfrac" as they are
and guesses at "[rgb]"; pylatexenc's writes "x_{t+1}" as "x_t+1" and "\tfrac{1}{2}" as "12".
"""

import re
import unicodedata
from collections.abc import Callable, Collection
from types import MappingProxyType

from telegramify_markdown.latex_escape.const import BB, FRAC_MAP, LATEX_SYMBOLS, NOT_MAP

from core.report import tex_signs as signs

_DEEPEST = 30
_NAME = re.compile(r"[A-Za-z]+|.", re.DOTALL)
_LENGTH = re.compile(r"\s?-?[\d.]{1,9}\s?(?:pt|em|ex|mu|cm|mm|in)\b\s?")
_OPTION = re.compile(r"\s?\[([^\[\]{}]{0,100})\]")
_SPACES = re.compile(r"\s++")
_WORD = re.compile(r"[A-Za-z]{2,}")
_IN_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]+\Z")
_ONE = re.compile(r"(?:[^\W_]|\.)+[′″]?|.")
"""What may be raised or lowered without brackets."""
_SUM = re.compile(r"[-+=±/\s]")
_SCRIPTS = re.escape("".join({*signs.LOWERED.values(), *signs.RAISED.values()}))
_FACTOR = re.compile(rf"[√∂∇]?(?:[\d.]+|[^\W\d_])[{_SCRIPTS}\u0300-\u036f\u20d7]*")
"""What may stand below a line without brackets."""
_NEEDLESS = re.compile(r"(?<=[_^])\(([^\W_]{1,30})\)")
_TEMPLATES = MappingProxyType(
    {
        "binom": "C({}, {})", "dbinom": "C({}, {})", "tbinom": "C({}, {})", "tag": " ({})",
        "pmod": " (mod {})", "xrightarrow": " →({}) ", "overset": "{1}^({0})",
        "stackrel": "{1}^({0})", "underset": "{1}_({0})",
    }
)  # fmt: skip


class Unreadable(ValueError):
    """A formula that cannot be shown as characters."""


def shown(tex: str) -> str:
    """Return a formula as characters. Raise `Unreadable` when it is none, or too deeply nested."""
    text = _Formula(tex).until("")
    if written_out := {sign for sign in "^_" if sign in text}:
        text = _Formula(tex, written_out=written_out).until("")
    return _whole(_SPACES.sub(" ", text).strip())


def shown_command(text: str) -> tuple[str, int]:
    """Return the command that prose begins with as characters, and where it ends.

    Raise `Unreadable`.
    """
    formula = _Formula(text, is_prose=True)
    return _whole(formula.piece(), may_be_empty=True), formula.at


def _whole(text: str, *, may_be_empty: bool = False) -> str:
    depth = 0
    for sign in text:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            break
    if depth or "\\" in text or not (text or may_be_empty):
        raise Unreadable(text)
    return text


class _Formula:
    """One pass over a formula."""

    def __init__(
        self, tex: str, *, is_prose: bool = False, written_out: Collection[str] = ()
    ) -> None:
        self.tex = tex
        self._written_out = written_out
        """Of "^" and "_": whose letters stay as they are, since one of them cannot be set."""
        self.at = 0
        self._depth = 0
        self._is_prose = is_prose
        self._is_script = False
        self._row, self._cell = " ", " "
        """What stands between rows, and between the cells of one."""

    @property
    def _sets_spaces(self) -> bool:
        return not self._is_prose and not self._is_script

    def until(self, end: str) -> str:
        """Return everything up to `end` ("": the formula's end), which is consumed."""
        pieces: list[str] = []
        while not (end and self.tex.startswith(end, self.at)):
            if self.at >= len(self.tex):
                if end:
                    raise Unreadable(self.tex)
                return "".join(pieces)
            piece, before = self.piece(), pieces[-1] if pieces else ""
            # A name is a word, not a product of letters.
            is_name = _WORD.match(piece) or _WORD.match(before)
            if is_name and before[-1:].isalnum() and piece[:1].isalnum() and self._sets_spaces:
                pieces.append(" ")
            pieces.append(piece)
        self.at += len(end)
        return "".join(pieces)

    def piece(self) -> str:
        """Return what stands here, with what is raised and lowered behind it."""
        said = self._atom()
        start = self.at
        while (sign := self.tex[self.at : self.at + 1]) and sign in "^_":
            self.at += 1
            said += self._script(sign)
        is_big = said[:1] in signs.BIG and self.at > start and self._next() not in ("", " ")
        return said + " " if is_big else said

    def _atom(self) -> str:
        sign = self.tex[self.at : self.at + 1]
        self.at += 1
        match sign:
            case "\\":
                return self._command()
            case "{":
                return self._deeper(lambda: self.until("}"))
            case "}" | "":
                raise Unreadable(self.tex)
            case "^" | "_":
                self.at -= 1
                return ""
            case "'" if not self._is_prose:
                return "′"
            case "&":
                return self._cell
            case "~" | "$":
                return " " if sign == "~" else ""
            case _:
                return self._related(sign)

    def _deeper(self, read: Callable[[], str]) -> str:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Unreadable(self.tex)
        said = read()
        self._depth -= 1
        return said

    def _argument(self) -> str:
        """Return a command's next argument: a group or one sign."""
        self._skip(_SPACES)
        if self.tex[self.at : self.at + 1] in "^_":
            raise Unreadable(self.tex)
        return self._deeper(self._atom).strip()

    def _skip(self, pattern: re.Pattern[str]) -> str:
        """Step over a pattern; return its group, if it has one."""
        found = pattern.match(self.tex, self.at)
        self.at = found.end() if found else self.at
        return found[found.lastindex] if found and found.lastindex else ""

    def _next(self) -> str:
        """Return what the next piece probably begins with."""
        sign = self.tex[self.at : self.at + 1]
        if sign != "\\" or not (found := _NAME.match(self.tex, self.at + 1)):
            return sign
        if found[0] in signs.SILENT:
            return self.tex[found.end() : found.end() + 1]
        return str(LATEX_SYMBOLS.get("\\" + found[0], "a"))[:1]

    def _script(self, sign: str) -> str:
        was_script, self._is_script = self._is_script, True
        argument = self._argument()
        self._is_script = was_script
        table = signs.RAISED if sign == "^" else signs.LOWERED
        is_set = sign not in self._written_out or not any(map(str.isalpha, argument))
        if is_set and all(letter in table for letter in argument):
            return "".join(table[letter] for letter in argument)
        if not _ONE.fullmatch(argument):
            return f"{sign}({argument})"
        return f"{sign}{argument}{self._gap()}"

    def _gap(self) -> str:
        """Return a space where what follows would be taken for a part of what was before."""
        return " " if self._sets_spaces and self._next().isalnum() else ""

    def _related(self, sign: str) -> str:
        """Return a sign, a relation between spaces."""
        return f" {sign} " if sign in signs.RELATIONS and self._sets_spaces else sign

    # Commands

    def _command(self) -> str:
        found = _NAME.match(self.tex, self.at)
        if found is None:
            raise Unreadable(self.tex)
        is_set_apart = self.tex[max(0, self.at - 2) : self.at - 1].isspace()
        self.at = found.end()
        name = found[0]
        if name.isalpha() and self.tex[self.at : self.at + 1] == "*":
            self.at += 1
        if name.isalpha() and not self._is_prose and not is_set_apart:
            self._skip(_SPACES)
        return self._meant(name)

    def _meant(self, name: str) -> str:
        """Return what a command prints."""
        if name in signs.SILENT:
            if name in ("left", "right", "middle") and self.tex[self.at : self.at + 1] == ".":
                self.at += 1  # a bracket that is not there
            return ""
        if name in signs.LENGTHS:
            return self._skip(_LENGTH)
        if name in signs.SET:
            return self._set(name, *signs.SET[name])
        if name in _TEMPLATES:
            self._skip(_OPTION)
            template = _TEMPLATES[name]
            arguments = [self._argument() for _ in range(template.count("{"))]
            return _NEEDLESS.sub(r"\1", template.format(*arguments))
        if name in signs.FRACTIONS:
            return self._fraction()
        return self._accented(name) if name in signs.ACCENTS else self._rarer(name)

    def _rarer(self, name: str) -> str:
        match name:
            case "begin":
                return self._deeper(self._environment)
            case "end":
                raise Unreadable(self.tex)
            case "sqrt":
                degree = self._skip(_OPTION)
                raised = "".join(signs.RAISED.get(digit, "") for digit in degree)
                return f"{'∛' if degree == '3' else f'{raised}√'}{_factor(self._argument())}"
            case "mathbb" | "mathbbm" | "mathds":
                return "".join(BB.get(letter, letter) for letter in self._argument())
            case "mathcal":
                return self._script_letter()
            case "not":
                sign = self._argument()
                return self._related(NOT_MAP.get(sign, f"not {sign}"))
            case "textsuperscript" | "textsubscript":
                return self._script("^" if "super" in name else "_")
            case "\\":
                self._skip(_OPTION)
                return self._row
            case _:
                return self._sign(name)

    def _sign(self, name: str) -> str:
        if name in signs.SIGNS:
            return signs.SIGNS[name]
        if (sign := LATEX_SYMBOLS.get("\\" + name)) is not None:
            return self._related(sign)
        if name.isalpha() and self.tex[self.at : self.at + 1] == "{":
            return f"{name}({self._argument()})"
        return name if name.isprintable() else " "

    def _set(self, name: str, lost: int, stays: bool) -> str:
        """Return what stays of a command's arguments."""
        self._skip(_OPTION)
        for _ in range(lost):
            self._argument()
        if not stays:
            return ""
        was_prose, self._is_prose = self._is_prose, self._is_prose or name.startswith("text")
        self._skip(_SPACES)
        argument = self._deeper(self._atom)
        self._is_prose = was_prose
        return argument

    def _fraction(self) -> str:
        above, below = self._argument(), self._argument()
        if (above, below) in FRAC_MAP:
            return str(FRAC_MAP[above, below])
        above = f"({above})" if _SUM.search(above) else above
        return f"{above}/{_factor(below)}{self._gap()}"

    def _accented(self, name: str) -> str:
        base = unicodedata.normalize("NFC", self._argument())
        letters = [letter for letter in base if not unicodedata.combining(letter)]
        if len(letters) == 1 or (name in ("overline", "underline") and base.isalnum()):
            marked = (letter + signs.ACCENTS[name] for letter in letters)
            extra = base[1:] if len(letters) == 1 else ""
            return unicodedata.normalize("NFC", "".join(marked) + extra)
        return f"{name.removeprefix('wide')}({base})" if name.isalpha() else base

    def _script_letter(self) -> str:
        """Return a script letter; letters of a word stay plain."""
        before = self.tex[max(0, self.at - 30) : self.at].rstrip().removesuffix("\\mathcal")
        letter = self._argument()
        is_word = self.tex[self.at : self.at + 1].isalpha() or _IN_WORD.search(before)
        if is_word or len(letter) != 1 or not (letter.isascii() and letter.isalpha()):
            return letter
        offset = ord(letter) - (ord("A") if letter.isupper() else ord("a") - 26)
        return signs.SCRIPT_LETTERS.get(letter) or chr(0x1D49C + offset)

    def _environment(self) -> str:
        """Return rows of cells in one line."""
        name = self._argument()
        if name in ("array", "tabular", "subarray"):
            self._argument()
        outer, self._row, self._cell = (self._row, self._cell), "; ", " "
        if name == "cases":
            self._cell = ", "
        inside = self.until(f"\\end{{{name}}}").strip(" ;,")
        self._row, self._cell = outer
        return f"[{inside}]" if "matrix" in name else inside


def _factor(text: str) -> str:
    return text if _FACTOR.fullmatch(text) else f"({text})"
