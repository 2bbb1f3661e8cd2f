"""Suggestions for whoever named a paper nobody knows: a slip of the finger, words, today's list.

Only from what is stored: who has mistyped should not wait for services to be asked again.
"""

from collections.abc import Iterator

from bot.commands.caller import Caller, as_chat
from bot.commands.context import BotServices
from bot.commands.current_edition import listed_for
from bot.features.search import find
from bot.render.buttons import opens_here, rows
from bot.render.message import Message
from bot.render.paper import listed as shown
from bot.render.text import Text, join, lines, plain
from core.fetch import sources
from core.locale import Sentence
from core.models.paper_id import PaperRef
from core.models.values import Paper

MOST = 3
UNKNOWN = Sentence("suggestions.unknown")
NOT_ONE = Sentence("suggestions.not_one")
MEANT = Sentence("suggestions.meant")
TODAY = Sentence("suggestions.today")


async def nearby(
    services: BotServices, caller: Caller, reference: PaperRef | None, words: str
) -> Message:
    """Return that nothing is known of `reference` (or none was named), and what may be meant."""
    language = caller.language
    said = NOT_ONE(language)
    if reference is not None:
        said = UNKNOWN(language, id=plain(reference.id, 60).text)
    papers, title = await _meant(services, reference, words), MEANT
    if not papers:
        listed = await listed_for(as_chat(caller, services), services)
        papers, title = [scored.paper for scored in listed[:MOST]], TODAY
    if not papers:
        return Message(said)
    named = (
        Text(f"{number}. ") + shown(paper, language, 150)
        for number, paper in enumerate(papers, start=1)
    )
    text = join("\n\n", (Text(said), lines(Text(title(language)), *named)))
    opening = (opens_here(number, paper) for number, paper in enumerate(papers, start=1))
    return Message(text.text, text.entities, rows(opening, MOST))


async def _meant(services: BotServices, reference: PaperRef | None, words: str) -> list[Paper]:
    store = services.core.store
    if reference is not None:
        if known := await store.papers.get_many(slips(reference.id)):
            return list(known.values())[:MOST]
        words = words.replace(reference.id, " ")
    return list((await find(store.search, words, limit=MOST)).found.hits)


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
