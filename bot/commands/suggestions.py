"""Suggestions for whoever named a paper nobody knows: a slip of the finger, words, today's list.

Only from what is stored: who has mistyped should not wait for services to be asked again.
"""

from bot.commands.caller import Caller, as_chat
from bot.commands.context import BotServices
from bot.commands.current_edition import listed_for
from bot.render.buttons import opens_here, rows
from bot.render.message import Message
from bot.render.paper import listed as shown
from bot.render.text import Text, join, lines, plain
from core.locale import Sentence
from core.models.paper_id import PaperRef

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
    papers, title = await services.search.meant(reference, words, most=MOST), MEANT
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
