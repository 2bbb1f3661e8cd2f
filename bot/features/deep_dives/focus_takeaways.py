"""A reader's own takeaway: the local wording at once, a model's as soon as it is there.

The reader may have turned the page meanwhile, so what is edited in is the page they are on, not the
first one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from bot.features.deep_dives.limits import DailyLimits
from bot.features.deep_dives.request import DeepDiveRequest
from core.analyze.deep_dives import DeepDive, DeepDives
from core.analyze.local_takeaway import local_takeaway
from core.analyze.takeaways import Takeaways
from core.llm import CallContext, Urgency
from core.models.errors import StoreUnavailable
from core.models.values import Focus, Language, Paper, ScoreKind

TAKEAWAY = "takeaway"
CALLS_A_DAY = 10
"""Takeaways one person may have worded by a model; after that they stay local, without a word."""


@dataclass
class OpenPage:
    """A message whose takeaway is being worded."""

    number: int = 0
    """The page it shows, from 0."""


class FocusTakeaways:
    def __init__(
        self, deep_dives: DeepDives, takeaways: Takeaways, limits: DailyLimits, usual: Focus
    ) -> None:
        """`usual` is the digest's focus, for which every paper is read."""
        self._deep_dives = deep_dives
        self._takeaways = takeaways
        self._limits = limits
        self.usual = usual
        self._open: dict[tuple[int, int], OpenPage] = {}

    async def added(
        self, dive: DeepDive, paper: Paper, focus: Focus | None, language: Language
    ) -> DeepDive:
        """Return a dive with the takeaway there is for a focus; without one, as it is."""
        if focus is None:
            return dive
        known = await self._takeaways.ready(paper, dive.analysis, focus, language)
        local = local_takeaway(paper, dive.analysis, focus, language)
        return replace(dive, takeaway=known or local)

    async def is_all(self, request: DeepDiveRequest) -> bool:
        """Whether what `added` gives is all there will be for a reader today."""
        if request.focus is None:
            return True
        paper, language = request.paper, request.language
        dive = await self._deep_dives.ready(paper, self.usual, language)
        if dive is None:
            return True
        known = await self._takeaways.ready(paper, dive.analysis, request.focus, language)
        return known is not None

    async def worded(self, request: DeepDiveRequest) -> bool:
        """Have a model word the takeaway; return whether it has. A reading must be there."""
        paper, focus, language = request.paper, request.focus, request.language
        dive = await self._deep_dives.ready(paper, self.usual, language)
        if dive is None or focus is None:
            return False
        try:
            own = None if request.is_exempt else CALLS_A_DAY
            if not await self._limits.take(TAKEAWAY, request.person, own):
                return False
            context = CallContext(Urgency.INTERACTIVE)
            made = await self._takeaways.of(paper, dive.analysis, focus, language, context)
        except StoreUnavailable:  # the local words are shown already
            return False
        return made.kind is ScoreKind.LLM

    @contextmanager
    def shown_in(self, chat_id: int, message_id: int) -> Iterator[OpenPage]:
        """Follow the pages that are turned in a message."""
        page = self._open[chat_id, message_id] = OpenPage()
        try:
            yield page
        finally:
            del self._open[chat_id, message_id]

    def turned(self, chat_id: int, message_id: int, number: int) -> None:
        """Hear that a message shows another page now."""
        if (page := self._open.get((chat_id, message_id))) is not None:
            page.number = number
