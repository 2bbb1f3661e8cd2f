"""Editions as one reader sees them: the newest, and what the numbers in its list mean."""

from dataclasses import replace

from bot.commands.people import view_of
from bot.context import BotServices
from bot.render.view import tailored
from core.models import Edition, ScoredPaper
from core.store.chats import Chat


async def newest_for(chat: Chat, services: BotServices) -> Edition | None:
    """Return the newest edition for `chat`, as it is stored; None when there is none yet.

    Whoever chose a language or topics a moment ago has no edition of that choice before the next
    morning: until then it is everybody's.
    """
    now, settings = services.core.now(), services.core.settings
    everybody = replace(chat, interests=(), language=settings.digest_language)
    for reader in dict.fromkeys((chat, everybody)):
        if editions := await services.morning.latest_for(reader, now):
            return editions[-1]
    return None


async def listed_for(chat: Chat, services: BotServices) -> tuple[ScoredPaper, ...]:
    """Return the papers of `chat`'s newest list in the order of their numbers."""
    edition = await newest_for(chat, services)
    if edition is None:
        return ()
    digest = tailored(edition, view_of(chat, services)).digest
    return (*digest.picks, *digest.others)


async def scored_for(chat: Chat, paper_id: str, services: BotServices) -> ScoredPaper | None:
    """Return a paper's score and reason if it is in `chat`'s newest list."""
    listed = await listed_for(chat, services)
    return next((scored for scored in listed if scored.paper.id == paper_id), None)
