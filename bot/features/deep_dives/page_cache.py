"""Deep dives that are there already, as pages; the latest ones without asking the database.

Only a model's reading of a full text is kept at hand. Quotes and readings of an abstract give way
to better ones, and must be looked up each time. So does a takeaway that is worded locally.
"""

from collections import OrderedDict
from dataclasses import dataclass, replace

from bot.features.deep_dives.figures import FigureService
from bot.features.deep_dives.focus_takeaways import FocusTakeaways
from bot.features.deep_dives.request import DeepDiveRequest
from bot.render.deep_dive import dive as dive_pages
from bot.render.feedback_buttons import in_public, under_dive
from bot.render.message import Message
from core.analyze.deep_dives import DeepDive, DeepDives
from core.models.feedback import FeedbackKind
from core.models.values import (
    AnalysisKind,
    Focus,
    Language,
    Paper,
    ScoredPaper,
    ScoreKind,
    TextExtent,
)
from core.store.audience.feedback import Feedback
from core.store.papers.papers import Papers

Pages = tuple[Message, ...]
_Key = tuple[Paper, Language, ScoredPaper | None, Focus | None]
_KEPT = 256
"""A morning's picks in both languages, many times over; some 10 kB each."""


@dataclass(eq=False, repr=False)
class PageCache:
    deep_dives: DeepDives
    papers: Papers
    own: FocusTakeaways
    feedback: Feedback
    figures: FigureService

    def __post_init__(self) -> None:
        self._usual = self.own.usual
        self._at_hand: OrderedDict[_Key, Pages] = OrderedDict()

    async def ready(self, request: DeepDiveRequest) -> Pages | None:
        """Return the pages of a dive that is there; None when it has to be made."""
        paper, language, scored = request.paper, request.language, request.scored
        key = (paper, language, scored, request.focus)
        if key in self._at_hand:
            self._at_hand.move_to_end(key)
            return self._at_hand[key]
        dive = await self.deep_dives.ready(paper, self._usual, language)
        if dive is None:
            return None
        dive = await self._dated(dive, request)
        dive = await self.own.added(dive, paper, request.focus, language)
        pages = dive_pages(paper, dive, language, scored)
        if _is_final(dive):
            self._at_hand[key] = pages
            if len(self._at_hand) > _KEPT:
                self._at_hand.popitem(last=False)
        return pages

    async def awaits_look(self, request: DeepDiveRequest) -> bool:
        """Whether the dive that is there is still to be looked at; one at hand never is."""
        if (request.paper, request.language, request.scored, request.focus) in self._at_hand:
            return False
        dive = await self.deep_dives.ready(request.paper, self._usual, request.language)
        return dive is not None and dive.awaits_look

    async def _dated(self, dive: DeepDive, request: DeepDiveRequest) -> DeepDive:
        """Return the newest version's dive if there is one, else say that there is that version.

        What was listed is of the version it had that day.
        """
        paper = request.paper
        read = paper.version or dive.analysis.version
        if dive.newer or read is None or dive.analysis.kind is not AnalysisKind.LLM:
            return dive
        latest = await self.papers.get(paper.id)
        if latest is None or latest.version is None or latest.version <= read:
            return dive
        fresh = await self.deep_dives.ready(latest, self._usual, request.language)
        if fresh is not None and fresh.newer is None:
            return fresh
        return replace(dive, newer=latest.version)

    async def shown(self, request: DeepDiveRequest) -> Pages:
        """Return the pages of a dive that was shown before, quotes too; none when it is gone."""
        pages = await self.ready(request)
        if pages is not None:
            return pages
        paper, language = request.paper, request.language
        dive = await self.deep_dives.instead(paper, self._usual, language)
        if dive is None:
            return ()
        dive = await self.own.added(dive, paper, request.focus, language)
        return dive_pages(paper, dive, language, request.scored)

    async def marked(self, page: Message, request: DeepDiveRequest) -> Message:
        """Return a page with buttons: for its figure, and a reader's marks or everybody's count."""
        paper, language = request.paper, request.language
        page = await self.figures.added(page, paper, language)
        chat_id = request.address.chat_id
        if chat_id > 0:  # a user: groups and channels count below zero
            rows = under_dive(paper.id, language, await self.feedback.on(chat_id, paper.id))
        else:
            counts = (await self.feedback.counts([paper.id])).get(paper.id, {})
            row = in_public(paper.id, counts.get(FeedbackKind.LIKE, 0))
            rows = (row,) if row else ()
        return replace(page, buttons=(*page.buttons, *rows))


def _is_final(dive: DeepDive) -> bool:
    if dive.newer or dive.awaits_look or dive.analysis.is_earlier:  # until it is read, or looked at
        return False
    is_llm = dive.analysis.kind is AnalysisKind.LLM
    is_local = dive.takeaway is not None and dive.takeaway.kind is ScoreKind.LOCAL
    return is_llm and not is_local and dive.analysis.extent is TextExtent.WHOLE
