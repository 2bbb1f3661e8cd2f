"""Finding papers by words, also by the English names of what is asked for in Chinese.

Abstracts are English, and readings, where there are any, in the reader's language: the way that
finds more is taken, and named where it is not the words as typed.
"""

import asyncio
from dataclasses import dataclass

from core.score.expansion import load
from core.store import Found, Store


@dataclass(frozen=True)
class Finding:
    """What was found."""

    found: Found
    instead: str | None = None
    """The English words it was found by."""


async def find(store: Store, words: str, *, limit: int, offset: int = 0) -> Finding:
    """Return the papers for some words, best first."""
    found = await store.search.find(words, limit=limit, offset=offset)
    if not words.isascii() and (instead := await _in_english(words)) is not None:
        others = await store.search.find(instead, limit=limit, offset=offset)
        if others.total > found.total:
            return Finding(others, instead)
    return Finding(found)


async def _in_english(words: str) -> str | None:
    """Return the words with Chinese names of the field in English; None if there are none."""
    glossary = await asyncio.to_thread(load)  # read once, but that takes a fifth of a second
    english = glossary.expand(words).text
    return english if english != words.lower() else None
