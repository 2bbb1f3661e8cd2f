"""Deep dives that are there already, as pages; the latest ones without asking the database.

What a newcomer would get wrong: only a model's reading of a full text is kept at hand. Quotes and
readings of an abstract give way to better ones, and must be looked up each time.
"""

from collections import OrderedDict

from bot.app import Services
from bot.render.dive import dive as dive_pages
from bot.render.message import Message
from core.analyze.desk import Dive
from core.models import AnalysisKind, Language, Paper, ScoredPaper, TextSource

Pages = tuple[Message, ...]
_KEPT = 256
"""A morning's picks in both languages, many times over; some 10 kB each."""


class Shelf:
    """Pages of dives."""

    def __init__(self, core: Services) -> None:
        self._core = core
        self._at_hand: OrderedDict[tuple[Paper, Language, ScoredPaper | None], Pages] = (
            OrderedDict()
        )

    async def ready(
        self, paper: Paper, language: Language, scored: ScoredPaper | None
    ) -> Pages | None:
        """Return the pages of a dive that is there; None when it has to be made."""
        key = (paper, language, scored)
        if key in self._at_hand:
            self._at_hand.move_to_end(key)
            return self._at_hand[key]
        dive = await self._core.desk.ready(paper, self._core.focus, language)
        if dive is None:
            return None
        pages = dive_pages(paper, dive, language, scored)
        if _is_final(dive):
            self._at_hand[key] = pages
            if len(self._at_hand) > _KEPT:
                self._at_hand.popitem(last=False)
        return pages

    async def shown(self, paper: Paper, language: Language, scored: ScoredPaper | None) -> Pages:
        """Return the pages of a dive that was shown before, quotes too; none when it is gone."""
        pages = await self.ready(paper, language, scored)
        if pages is not None:
            return pages
        quotes = await self._core.desk.quotes(paper, self._core.focus)
        return dive_pages(paper, quotes, language, scored) if quotes else ()


def _is_final(dive: Dive) -> bool:
    is_llm = dive.analysis.kind is AnalysisKind.LLM
    return is_llm and dive.analysis.text_source is not TextSource.ABSTRACT
