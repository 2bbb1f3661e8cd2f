"""Finding papers by words, also by the English names of what is asked for in Chinese.

Abstracts are English, and readings, where there are any, in the reader's language: the way that
finds more is taken, and named where it is not the words as typed. What is left out ("-医学",
"NOT medical") is left out under all its names.
"""

import asyncio
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from core.fetch import sources
from core.models.paper_id import PaperRef
from core.models.values import Language, Paper
from core.score.exclusions import parts_of, stretches
from core.store import FoundPaper
from core.store.papers.analyses import Analyses
from core.store.papers.papers import Papers
from core.store.papers.scores import StoredScores
from core.store.papers.search import Search
from core.text.glossary import Glossary, load

_LEFT_OUT = re.compile(
    r'(?:(?:^|(?<=\s))[-−–—]|(?:^|(?<=\s))NOT\s+-?)(?P<words>"[^"]{1,80}"|[^\s\-−–—]\S{0,80})'
)
"""A word after a hyphen that nothing touches on the left, or after NOT; several in quotes."""
MOST_LEFT_OUT = 8


@dataclass(frozen=True)
class SearchResult:
    found: FoundPaper
    instead: str | None = None
    """The English words it was found by."""
    left_out: tuple[str, ...] = ()
    """What none of it is about, as typed."""
    headlines: Mapping[str, str] = field(default_factory=dict)
    """What its papers did, by id, where somebody has said it."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class PaperSearch:
    """Finds papers among all that were ever seen."""

    search: Search
    papers: Papers
    scores: StoredScores
    analyses: Analyses

    async def page(
        self, words: str, language: Language, *, limit: int, offset: int
    ) -> SearchResult:
        """Return a page of the papers for some words, with what is known of each in a line."""
        result = await self.find(words, limit=limit, offset=offset)
        ids = [paper.id for paper in result.found.hits]
        return replace(result, headlines=await self.headlines(ids, language))

    async def headlines(self, ids: Collection[str], language: Language) -> dict[str, str]:
        """Return what papers did, by id, where somebody has said it: who read one knows best."""
        scored = await self.scores.headlines(ids, language)
        return scored | await self.analyses.headlines(ids, language)

    async def find(self, words: str, *, limit: int, offset: int = 0) -> SearchResult:
        glossary = await asyncio.to_thread(load)  # read once, but that takes a fifth of a second
        wanted, left_out = parted(words)
        without = [name for words in left_out for name in _names(words, glossary)]
        find = partial(self.search.find, without=without, limit=limit, offset=offset)
        found = await find(wanted)
        instead = None if wanted.isascii() else _in_english(wanted, glossary)
        if instead is not None:
            others = await find(instead)
            if others.total > found.total:
                return SearchResult(others, instead, left_out)
        return SearchResult(found, None, left_out)

    async def meant(self, reference: PaperRef | None, words: str, *, most: int) -> list[Paper]:
        """Return what may be meant by an id that nobody knows, or else by the words around it."""
        if reference is not None:
            if known := await self.papers.get_many(slips(reference.id)):
                return list(known.values())[:most]
            words = words.replace(reference.id, " ")
        return list((await self.find(words, limit=most)).found.hits)

    async def count(self) -> int:
        return await self.papers.count()


def parted(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the words to find, and those to leave out: "-x", "NOT x", "不要 x", "without x"."""
    line = unicodedata.normalize("NFKC", text)
    left_out = [match["words"].strip('"') for match in _LEFT_OUT.finditer(line)]
    rest = _LEFT_OUT.sub(" ", line)
    said = stretches(rest)
    if any(stretch.is_excluded for stretch in said):
        rest = " ".join(stretch.text for stretch in said if not stretch.is_excluded)
        left_out += [part for s in said if s.is_excluded for part in parts_of(s.text)]
    once = tuple(dict.fromkeys(filter(None, map(str.strip, left_out))))
    return " ".join(rest.split()), once[:MOST_LEFT_OUT]


def _names(words: str, glossary: Glossary) -> Iterator[str]:
    """Yield what is left out, and in Chinese also its English names: abstracts are English."""
    yield words
    if not words.isascii():
        yield from glossary.understood(words) or ()


def _in_english(words: str, glossary: Glossary) -> str | None:
    """Return the words with Chinese names of the field in English; None if there are none."""
    english = glossary.expand(words).text
    return english if english != words.lower() else None


def slips(paper_id: str) -> Iterator[str]:
    """Yield the ids that are one wrong digit or two swapped ones away from an id."""
    seen = {paper_id}
    for candidate in _changed(paper_id):
        if candidate not in seen and sources.paper_of(candidate) is not None:
            seen.add(candidate)
            yield candidate


def _changed(text: str) -> Iterator[str]:
    for at, character in enumerate(text):
        if not character.isdigit():
            continue
        if text[at + 1 : at + 2].isdigit():
            yield text[:at] + text[at + 1] + character + text[at + 2 :]
        for digit in "0123456789":
            yield text[:at] + digit + text[at + 1 :]
