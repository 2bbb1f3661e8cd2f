"""Whether a text is the whole paper, a part of it, or no more than its abstract. Pure.

A conversion that broke off is a page like any other, and so is a first page or a supplement in
place of the paper. The body is judged, not the length: what the abstract says does not count,
wherever it stands, nor does a sentence that came before, nor the references. A whole paper goes
beyond its introduction, loses no numbered section and comes to an end.
"""

import itertools
import re
from collections.abc import Iterable, Iterator

from core.documents.clean import MAX_CHARACTERS
from core.documents.outline import ABSTRACT, FRONT, ROMANS, Parsed
from core.models.values import Section, TextExtent
from core.text.headline import width

MIN_PART = 1_000
"""Columns of prose (a Chinese character takes two): fewer are no stretch of a paper."""
MIN_BEYOND = 1_500
"""Columns of prose beyond introduction and related work that a whole paper has."""
ENOUGH = 8_000
"""Nothing more is counted from there on."""
MAX_PAGES = 30
"""As many pages are read of a PDF; what is longer needs no end, its label names the pages."""

_OPENING = re.compile(
    r"(?:introduction|related work|background|preliminar|motivation|prior work|overview|"
    r"引\s*言|绪\s*论|相关工作)",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"(?:conclusions?|concluding|discussions?|limitations?|future work|summary|outlook|broader|"
    r"societal|acknowledge?ments?|funding|declarations?|结\s*论|总\s*结|结\s*语|讨\s*论|展\s*望|附\s*录)",
    re.IGNORECASE,
)
_SUPPLEMENT = re.compile(r"\b(?:supplement\w*|appendi\w+)\b|补充材料|附\s*录", re.IGNORECASE)
_REFERENCE = re.compile(r"\s*(?:\[\d{1,3}\]|\(?\d{1,3}[.)])\s.{0,400}\b(?:19|20)\d\d\b")
_ENTRY = re.compile(r"\[(\d{1,3})\]\s+[A-Z]")
_ENTRIES = 4
_TAIL = 6_000
_PIECE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n")
_CLOSED = re.compile(r"[.!?。！？:：;)\]|$”\"'*`>}…]\s*$")
_NUMBER = re.compile(r"§(?:(\d{1,2})(?:\.\d.*)?|([IVX]{1,5})(?:-.*)?)$")
_LETTERS = re.compile(r"[\W_]+")
_MIN_SENTENCE = 15
_FEW_WORDS = 5


def completeness(parsed: Parsed, abstract: str) -> TextExtent:
    """Return how much of a paper `parsed` is; `abstract` is the paper's, as its source gave it."""
    body = [section for section in parsed.sections if section.id != ABSTRACT]
    known = _letters(abstract)
    known += "".join(_letters(s.text) for s in parsed.sections if s.id == ABSTRACT)
    seen: set[str] = set()
    opening, beyond = 0, 0
    for section, is_opening in _with_openings(body):
        length = _prose(section.text, known, seen)
        opening, beyond = (opening + length, beyond) if is_opening else (opening, beyond + length)
        if beyond >= ENOUGH:
            break
    if opening + beyond < MIN_PART:
        return TextExtent.ABSTRACT
    is_whole = (
        beyond >= MIN_BEYOND
        and _has_end(parsed)
        and not _is_supplement(parsed, body)
        and not (parsed.pages is None and has_gap(body))
    )
    return TextExtent.WHOLE if is_whole else TextExtent.PART


def _with_openings(body: list[Section]) -> Iterator[tuple[Section, bool]]:
    """Yield the sections with whether each belongs to the introduction or to related work."""
    opened_at: int | None = None
    for section in body:
        if opened_at is None or section.level <= opened_at:
            opened_at = section.level if _OPENING.match(section.title) else None
        yield section, opened_at is not None


def _prose(text: str, known: str, seen: set[str]) -> int:
    """Return the length of the sentences that are neither known nor seen before."""
    length = 0
    for piece in _PIECE.split(text[: 5 * ENOUGH]):
        if piece.startswith("|") or _REFERENCE.match(piece) or not _is_sentence(piece):
            continue
        letters = _letters(piece)
        if letters not in seen and letters not in known:
            seen.add(letters)
            length += width(piece)
    return length


def _is_sentence(piece: str) -> bool:
    is_chinese = any("\u3040" <= c <= "\u9fff" for c in piece[:200])
    return len(piece) >= _MIN_SENTENCE and (is_chinese or piece.count(" ") >= _FEW_WORDS)


def _letters(text: str) -> str:
    return _LETTERS.sub("", text).casefold()


def _has_end(parsed: Parsed) -> bool:
    """Whether the text comes to an end: references, an appendix, or a last section not cut off."""
    is_capped = parsed.characters >= MAX_CHARACTERS or (parsed.pages or 0) >= MAX_PAGES
    last = parsed.sections[-1]
    if is_capped or parsed.has_references or _lists_references(last.text):
        return True
    if parsed.is_cut:
        return False
    tail = [s for s in parsed.sections[-8:] if _ENDING.match(s.title) or "Appendix" in s.id]
    return bool(tail) and _CLOSED.search(last.text[-200:]) is not None


def _lists_references(text: str) -> bool:
    """Whether the last section runs into a numbered list of works: its heading was not seen."""
    numbers = [int(number) for number in _ENTRY.findall(text[-_TAIL:])]
    return sum(b - a == 1 for a, b in itertools.pairwise(numbers)) >= _ENTRIES


def _is_supplement(parsed: Parsed, body: list[Section]) -> bool:
    """Whether this is what accompanies a paper, without the paper."""
    if any(_OPENING.match(section.title) for section in body):
        return False
    if all(section.id.startswith("Appendix") or section.id == FRONT for section in body):
        return True
    head = " ".join(filter(None, (parsed.title, parsed.front[:400], body[0].title)))
    head += " " + (body[0].text[:400] if body[0].id == FRONT else "")
    return _SUPPLEMENT.search(head) is not None


def numbers_of(sections: Iterable[Section]) -> set[int]:
    """Return the numbers of the upper sections, of which perhaps only lower ones are left."""
    found = filter(None, (_NUMBER.match(section.id) for section in sections))
    return {
        int(match[1]) if match[1] else ROMANS[match[2]]
        for match in found
        if match[1] or match[2] in ROMANS
    }


def has_gap(sections: Iterable[Section]) -> bool:
    """Whether a numbered section is missing, the first or one between others."""
    tops = sorted(numbers_of(sections))
    steps = itertools.pairwise(tops)
    return bool(tops) and (tops[0] > 2 or any(after - before > 1 for before, after in steps))
