r"""TeX in titles, statements and quotations, as the characters it prints: "D$^3$R" as "D³R". Pure.

Papers and arXiv's lists carry the authors' source. What cannot be shown as characters is code,
never half of each, and code that was there stays. A dollar may be money: a formula neither begins
nor ends with a space. Linear.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from core.report.escape import inline
from core.report.formulas import Unreadable, shown, shown_command
from core.text.visible import one_line

_PIECE = re.compile(
    r"(?<!`)`(?P<code>[^`\n]{1,500})`(?!`)"
    r"|(?<!\\)(?P<mark>\$\$?)(?=[^\s$])(?P<inner>[^$\n]{1,1000})(?<=[^\s\\])(?P=mark)(?!\d)"
    # Whatever is around it, this is no money.
    r"|(?<!\\)\$\$?(?P<loose>[^$\n]{0,300}[\\^_][^$\n]{1,300})\$\$?"
    r"|\\\((?P<round>.{1,500}?)\\\)|\\\[(?P<square>.{1,500}?)\\\]",
    re.DOTALL,
)
_TYPE = re.compile(
    r"\\(?:text(?:bf|it|sc|tt|rm|sf|sl|up|md|normal)|emph)"
    r"\{([^{}$]{0,200}\$(?:[^{}]|\{[^{}]{0,99}\}){1,300})\}"
)
"""Type set around a formula: the formula is read first."""
_COMMAND = re.compile(r"\\")
_NAMED = re.compile(r"\\(?=[A-Za-z]{2})")
"""In Markdown, where a backslash before a sign is its own."""
_TOKEN = re.compile(r"\S+")
CODE = re.compile(r"`([^`]+)`")
"""What `readable` could not show, in a text that has TeX."""
_LONGEST = 1_000
_MARKS = re.compile(r"([\\`*_|~])")


class Kind(Enum):
    """What a piece of text was."""

    WORDS = auto()
    SHOWN = auto()
    """TeX, as characters."""
    CODE = auto()


@dataclass(frozen=True)
class Piece:
    """A piece of a text as it is shown."""

    kind: Kind
    text: str


def readable(text: str) -> str:
    """Return `text` with its TeX as the characters it prints, else as code between backticks."""
    whole = _joined(
        f"`{piece.text}`" if piece.kind is Kind.CODE else piece.text for piece in pieces(text)
    )
    return whole if whole.strip() or not text.strip() else f"`{_code(text).text}`"


def inline_tex(text: str) -> str:
    """Return foreign text as a line of Markdown: TeX as characters or code, all else escaped."""
    parts = [one_line(readable(text))]
    if "\\" in text or "$" in text:
        parts = CODE.split(parts[0])
    parts[::2] = map(_edged, parts[::2])
    return "`".join(parts)


def _edged(part: str) -> str:
    """Escape a stretch between code, which keeps the spaces around it."""
    start = len(part) - len(part.lstrip())
    return part[:start] + inline(part) + part[max(start, len(part.rstrip())) :]


def readable_markdown(text: str) -> str:
    """Do the same for a model's Markdown: what TeX prints there means nothing to Markdown."""
    if "```" in text:
        return text
    return _joined(map(_marked, pieces(text, is_markdown=True)))


def _marked(piece: Piece) -> str:
    match piece.kind:
        case Kind.CODE:
            return f"`{piece.text}`"
        case Kind.SHOWN:
            return _MARKS.sub(r"\\\1", piece.text).replace("](", "] (")
        case _:
            return piece.text


def pieces(text: str, *, is_markdown: bool = False) -> Iterator[Piece]:
    """Yield a text's pieces as they are shown."""
    if "\\" not in text and "$" not in text:
        yield Piece(Kind.WORDS, text)
        return
    text = text if is_markdown else _TYPE.sub(r"\1", text)
    at = 0
    for found in _PIECE.finditer(text):
        yield from _words(text[at : found.start()], _NAMED if is_markdown else _COMMAND)
        yield _formula(found)
        at = found.end()
    yield from _words(text[at:], _NAMED if is_markdown else _COMMAND)


def _joined(marked: Iterable[str]) -> str:
    """Join pieces; code beside code would be one code span that begins with two marks."""
    joined = [""]
    for piece in filter(None, marked):
        joined += [" ", piece] if joined[-1][-1:] == "`" == piece[0] else [piece]
    return "".join(joined)


def _formula(found: re.Match[str]) -> Piece:
    """Return a formula as characters, or as it was."""
    if (code := found["code"]) is not None:
        return Piece(Kind.CODE, code)
    tex = found["inner"] or found["loose"] or found["round"] or found["square"]
    try:
        return Piece(Kind.SHOWN, shown(tex))
    except Unreadable:
        return _code(tex)


def _code(tex: str) -> Piece:
    return Piece(Kind.CODE, " ".join(tex.replace("`", "'").split()) or "\\")


def _words(text: str, command: re.Pattern[str]) -> Iterator[Piece]:
    """Yield prose whose commands are characters: "50\\%", "Schr\\"odinger", "\\alpha"."""
    at = 0
    while found := command.search(text, at):
        yield Piece(Kind.WORDS, text[at : found.start()])
        rest = text[found.start() : found.start() + _LONGEST]
        try:
            said, length = shown_command(rest)
            is_double = said == " " and text[max(0, found.start() - 1) : found.start()] == " "
            length += said == " " and rest[length : length + 1] == " "
            yield Piece(Kind.SHOWN, "" if is_double else said)
        except Unreadable:
            token = _TOKEN.match(rest)
            length = token.end() if token else 1
            yield _code(rest[:length])
        at = found.start() + length
    yield Piece(Kind.WORDS, text[at:])
