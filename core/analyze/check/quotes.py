"""Where a quotation stands in a document, word for word.

Letters and digits are compared, nothing else: a quotation may lose line breaks, hyphens, formulas'
marks and citations on its way through a model. Where that finds nothing, articles and a plural's
"s" do not count either. Anything else that differs, a number, a negation, another word, makes it
another sentence: a likeness of 95 % is what a forged quotation has.
"""

import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from core.analyze.check.plain import CITATION
from core.models.values import Document, Section

LEAST_CHARACTERS: Final = 20
LEAST_WORDS: Final = 4
LONGEST: Final = 2_000
MOST_PARTS: Final = 4
"""A sentence can be put together from any paper if only enough is left out between its words."""
_MOST_PLACES = 1_000
_LITTLE = frozenset(("a", "an", "the", "this", "these", "that", "which"))
"""Words that a model may lose or exchange in copying."""

_PIECES = re.compile(
    r"(?P<skip>" + CITATION.pattern + r"|\\[A-Za-z]+\*?)"
    r"|(?P<digits>\d+(?:[,.]\d+)*)|(?P<letters>[^\W\d_]+)"
)
_GREEK = re.compile(r"[\u0370-\u03ff]+")
_ELLIPSIS = re.compile(r"\[\s*(?:\.\.\.|…)\s*\]|\.\.\.|…+|\(\s*(?:\.\.\.|…)\s*\)")
_GROUPING = re.compile(r",(?=\d{3}(?!\d))")


@dataclass(frozen=True)
class FoundQuote:
    """A quotation's place."""

    section: str
    start: int
    end: int
    """Offsets in the section's text."""


class QuotedWords:
    """A text as its letters and digits, with the way back to the text."""

    def __init__(self, text: str, *, is_loose: bool = False) -> None:
        """`is_loose`: without articles and plurals."""
        self.words: list[str] = []
        self.starts = array("L")
        self.ends = array("L")
        for word, start, end in _words(text):
            if is_loose and word in _LITTLE:
                continue
            self.words.append(word.rstrip("s") or word if is_loose else word)
            self.starts.append(start)
            self.ends.append(end)
        self.squeezed = "".join(self.words)

    @cached_property
    def offsets(self) -> "array[int]":
        """Where each word begins in `squeezed`."""
        offsets = array("L")
        position = 0
        for word in self.words:
            offsets.append(position)
            position += len(word)
        return offsets

    def word_at(self, position: int) -> int:
        """Return the number of the word that holds a position of `squeezed`."""
        return max(0, bisect_right(self.offsets, position) - 1)


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _PIECES.finditer(text):
        if match["skip"] is not None:
            continue
        if match["digits"] is not None:
            # "1,024" is "1024"; the point of "31.2" stays: "312" is another number.
            yield _GROUPING.sub("", match[0]), *match.span()
            continue
        word = match[0]
        if not word.isascii():
            word = _GREEK.sub("", unicodedata.normalize("NFKC", word))
        if word := word.casefold():
            yield word, *match.span()


class Quotable:
    """A document in which quotations are looked for."""

    def __init__(self, document: Document) -> None:
        self._sections = document.sections
        self._words: dict[tuple[str, bool], QuotedWords] = {}

    def find(self, quote: str, near: str | None = None) -> tuple[FoundQuote, ...]:
        """Return where a quotation stands: one place, or one for each part between ellipses.

        The section `near` is looked in first. Empty when it is not there, or proves nothing
        (shorter than 20 characters or 4 words, and without a number; patched together).
        """
        if len(quote) > LONGEST:
            return ()
        parts = [part for part in _ELLIPSIS.split(quote) if part.strip()]
        if len(parts) > MOST_PARTS:
            return ()
        found: list[FoundQuote] = []
        for part in parts:
            place = self._find(part, found[-1] if found else None, near)
            if place is None:
                return ()
            found.append(place)
        return tuple(found) if _says_enough(parts) else ()

    def _find(self, part: str, before: FoundQuote | None, near: str | None) -> FoundQuote | None:
        sections = self._order(before.section if before else near)
        if before is not None:
            sections = [section for section in sections if section.id == before.section]
        for is_loose in (False, True):
            wanted = QuotedWords(part, is_loose=is_loose)
            for section in sections if wanted.words else ():
                known, after = self._of(section, is_loose=is_loose), before.end if before else 0
                if (place := _exact(wanted, known, section.id, after)) is not None:
                    return place
        return None

    def _order(self, first: str | None) -> list[Section]:
        return sorted(self._sections, key=lambda section: section.id != first)

    def _of(self, section: Section, *, is_loose: bool) -> QuotedWords:
        key = section.id, is_loose
        if key not in self._words:
            self._words[key] = QuotedWords(section.text, is_loose=is_loose)
        return self._words[key]


def _says_enough(parts: Sequence[str]) -> bool:
    whole = " ".join(parts)
    if re.search(r"\d", whole) and len(whole) >= 8:
        return True
    cjk = len(re.findall(r"[\u3400-\u9fff]", whole))
    words = len(QuotedWords(whole).words)
    return (len(whole) >= LEAST_CHARACTERS and words >= LEAST_WORDS) or cjk >= 10


def _exact(wanted: QuotedWords, known: QuotedWords, section: str, after: int) -> FoundQuote | None:
    """Return the first place with the same letters and digits that begins and ends with a word."""
    begin = bisect_left(known.starts, after)
    if begin == len(known.words):
        return None
    position = known.squeezed.find(wanted.squeezed, known.offsets[begin])
    for _ in range(_MOST_PLACES):
        if position < 0:
            break
        first = known.word_at(position)
        last = known.word_at(position + len(wanted.squeezed) - 1)
        if _is_whole(wanted, known, position, first, last):
            return FoundQuote(section, known.starts[first], known.ends[last])
        position = known.squeezed.find(wanted.squeezed, position + 1)
    return None


def _is_whole(
    wanted: QuotedWords, known: QuotedWords, position: int, first: int, last: int
) -> bool:
    """Whether digits at the edges are whole numbers: "1.2 dB" is not in "31.2 dB"."""
    ends = position + len(wanted.squeezed)
    cut_left = known.offsets[first] != position and known.words[first][0].isdigit()
    cut_right = (
        known.offsets[last] + len(known.words[last]) != ends and known.words[last][0].isdigit()
    )
    same = [word for word in wanted.words if word[0].isdigit()] == [
        word for word in known.words[first : last + 1] if word[0].isdigit()
    ]
    return not cut_left and not cut_right and same
