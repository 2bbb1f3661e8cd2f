"""Topics that nothing matches: no concept of the glossary, no paper that was ever fetched.

A list of nothing but such topics would be an empty promise, so it is answered by what would match
instead of being set. A topic a model has understood is set all the same, and so is one that is
added with "+": a new word may be ahead of the papers.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.commands.context import BotServices
from bot.features.search import find
from core.fetch import sources
from core.text.glossary import Entry, Glossary, load

MOST_SUGGESTED = 3


@dataclass(frozen=True)
class Unmatched:
    """Topics that nothing matches, and what is there instead."""

    topics: tuple[str, ...]
    suggestions: tuple[Entry, ...]
    papers: int
    """That were looked through."""
    sources: str


async def unmatched(
    services: BotServices, topics: Sequence[str], glossary: Glossary
) -> tuple[str, ...]:
    """Return the topics that neither the packaged glossary nor any paper knows."""
    packaged = await asyncio.to_thread(load)
    return tuple(
        [
            topic
            for topic in topics
            if not packaged.knows(topic) and not await _is_found(services, topic, glossary)
        ]
    )


async def instead_of(services: BotServices, topics: Sequence[str], glossary: Glossary) -> Unmatched:
    """Return what to say of topics that nothing matches."""
    near = [entry for topic in topics for entry in glossary.nearest(topic)]
    settings = services.core.settings
    names = [
        f"{spec.label} {spec.selection(settings.options_of(spec))}".strip()
        for spec in sources.SOURCES
        if spec.name in settings.sources
    ]
    return Unmatched(
        tuple(topics),
        tuple({entry.names[0]: entry for entry in near}.values())[:MOST_SUGGESTED],
        await services.core.store.papers.count(),
        " + ".join(names),
    )


async def _is_found(services: BotServices, topic: str, glossary: Glossary) -> bool:
    for words in (topic, *(glossary.understood(topic) or ())):
        if (await find(services.core.store.search, words, limit=1)).found.total:
            return True
    return False
