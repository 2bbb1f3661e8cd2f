"""Editions as one reader sees them: the newest, and what the numbers in its list mean."""

from bot.commands.caller import view_of
from bot.commands.context import BotServices
from bot.render.view import tailored
from core.models.chat import Chat
from core.models.values import Edition, ScoredPaper


async def newest_for(chat: Chat, services: BotServices) -> Edition | None:
    editions = await services.daily_jobs.latest_for(chat, services.now())
    return editions[-1] if editions else None


async def listed_for(chat: Chat, services: BotServices) -> tuple[ScoredPaper, ...]:
    """Return the papers of `chat`'s newest list in the order of their numbers."""
    edition = await newest_for(chat, services)
    if edition is None:
        return ()
    digest = tailored(edition, view_of(chat, services)).digest
    beside = (digest.beside,) if digest.beside else ()
    return (*digest.picks, *beside, *digest.others)


async def scored_for(chat: Chat, paper_id: str, services: BotServices) -> ScoredPaper | None:
    """Return a paper's score and reason if it is in `chat`'s newest list."""
    listed = await listed_for(chat, services)
    return next((scored for scored in listed if scored.paper.id == paper_id), None)
