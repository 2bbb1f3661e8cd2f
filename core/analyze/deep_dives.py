"""One paper's deep dive, from the store or made once.

Order of preference: a model's reading that exists, a model's reading made now, one that an earlier
prompt brought, quoted sentences. A reading that had to wait leaves no trace here but its absence,
so asking again makes it; one the models would not give is remembered for a day, so that asking
again costs nothing. A second look at one (`second_look`) keeps nobody waiting: it comes after.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.analyze.paper_texts import PaperTexts
from core.analyze.second_look import FOR_GOOD, LAST_IN_LINE, SecondLooker
from core.analyze.stored_readings import PaperReader, StoredReadings, Wanted
from core.documents.full_text import abstract_of
from core.llm import ORDINARY, Waiter
from core.llm.single_flight import SingleFlight
from core.models.errors import (
    LLMError,
    LLMMisconfigured,
    LLMRateLimited,
    LLMTooLate,
    LLMUnavailable,
    LLMUnverified,
    WorkStopped,
)
from core.models.values import (
    Analysis,
    Delay,
    Document,
    Focus,
    Language,
    Paper,
    SecondLook,
    Takeaway,
    TextExtent,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class DeepDive:
    """A deep dive as it stands."""

    analysis: Analysis
    delay: Delay | None = None
    """Why a model's reading has to wait; None when this is all there will be."""
    retry_after: timedelta | None = None
    """When asking again makes sense, where that is known."""
    newer: int | None = None
    """The paper's present version, where the reading is of an older one."""
    takeaway: Takeaway | None = None
    """What a reader's own focus can do with it, in place of the analysis' takeaway."""

    @property
    def awaits_look(self) -> bool:
        """Whether a second look at it is still to come."""
        return self.analysis.second_look is SecondLook.WAITING


@dataclass(eq=False, repr=False)
class DeepDives:
    """Makes deep dives, each once."""

    texts: PaperTexts
    readings: StoredReadings
    reader: PaperReader | None
    looker: SecondLooker | None
    now: Callable[[], datetime]
    single_flight: SingleFlight

    @property
    def has_model(self) -> bool:
        """Whether a model reads; else papers are only quoted."""
        return self.reader is not None

    async def dive(
        self, paper: Paper, focus: Focus, language: Language, context: Waiter = ORDINARY
    ) -> DeepDive:
        """Return `paper`'s deep dive. Never fails for want of a text or a model.

        Asked for by several at the same time it is made once. At the context's time, if it has
        one, it is what can be had without waiting for anybody.
        """
        wanted = Wanted(paper, focus, language)
        try:
            return await self.single_flight.share(
                ("dive", paper.id, paper.version, focus.text, language),
                context,
                lambda waiters: self._dive(wanted, waiters),
            )
        except LLMTooLate as error:
            logger.warning("%s is not read yet: %s", paper.id, error)
            return await self._without_waiting(wanted)

    async def look(
        self, paper: Paper, focus: Focus, language: Language, context: Waiter = LAST_IN_LINE
    ) -> DeepDive | None:
        """Return the reading there is of a paper, after its second look where that can be had now.

        It stands in the store from then on. None when there is no reading.
        """
        wanted, looker = Wanted(paper, focus, language), self.looker
        known = await self.readings.get(wanted)
        if known is None or known.second_look is not SecondLook.WAITING or looker is None:
            return DeepDive(known) if known else None
        waiting = known
        try:
            return await self.single_flight.share(
                ("look", paper.id, paper.version, focus.text, language),
                context,
                lambda waiters: self._looked(looker, waiting, wanted, waiters),
            )
        except LLMTooLate:
            return DeepDive(known)

    async def ready(self, paper: Paper, focus: Focus, language: Language) -> DeepDive | None:
        """Return the dive that is there already; None when a source or a model has to be asked.

        One of an older version is there as well, and says so: nobody waits for a new version.
        """
        return await self._ready(Wanted(paper, focus, language))

    async def text(self, paper: Paper) -> Document:
        """Return the paper's text, stored or fetched; at worst its abstract."""
        return await self.texts.of(paper)

    async def instead(self, paper: Paper, focus: Focus, language: Language) -> DeepDive | None:
        """Return what was shown instead of a reading; None when there is nothing."""
        wanted = Wanted(paper, focus, language)
        document = await self.texts.best(paper)
        quotes = await self.readings.quoted(document, wanted) if document else None
        return await self._instead(None, quotes, wanted) if quotes else None

    async def _ready(self, wanted: Wanted) -> DeepDive | None:
        known = await self.readings.get(wanted)
        if known is not None and known.extent is TextExtent.WHOLE:
            return DeepDive(known)
        older = await self.readings.get(wanted, is_older=True)
        if older is not None and older.extent is TextExtent.WHOLE:
            return DeepDive(older, newer=wanted.paper.version)
        document = await self.texts.final(wanted.paper)
        if document is None:
            return None
        if known is not None:
            return DeepDive(known) if document.extent <= known.extent else None
        stored = self.readings.refused if self.reader is not None else self.readings.quoted
        quotes = await stored(document, wanted)
        return await self._instead(None, quotes, wanted) if quotes else None

    async def _dive(self, wanted: Wanted, context: Waiter) -> DeepDive:
        paper, known = wanted.paper, await self.readings.get(wanted)
        if known is not None and known.extent is TextExtent.WHOLE:
            return DeepDive(known)
        try:
            return await self._made(known, await self.texts.of(paper), wanted, context)
        except WorkStopped as error:
            logger.warning("%s is read from its abstract: %s", paper.id, error)
        # As if there were no more, for as long as that is believed: nobody else has to wait for it.
        document = abstract_of(paper)
        await self.texts.keep(document, paper)
        return await self._made(known, document, wanted, context)

    async def _made(
        self, known: Analysis | None, document: Document, wanted: Wanted, context: Waiter
    ) -> DeepDive:
        """Return the dive into a text. Raise `WorkStopped` when the text is too much."""
        if known is not None and document.extent <= known.extent:
            return DeepDive(known)
        if self.reader is None:
            return await self._instead(None, await self.readings.quotes(document, wanted), wanted)
        noted = await self.readings.refused(document, wanted)
        if noted is not None:
            return await self._instead(known, noted, wanted)
        try:
            return DeepDive(await self._read(self.reader, document, wanted, context))
        except LLMError as error:
            if (delay := _delay(error)) is None:
                quotes = await self._refused(error, document, wanted)
            else:
                logger.warning("%s is not read yet: %s", wanted.paper.id, error)
                quotes = await self.readings.quotes(document, wanted)
            dive = await self._instead(known, quotes, wanted)
            return replace(dive, delay=delay, retry_after=getattr(error, "retry_after", None))

    async def _refused(self, error: LLMError, document: Document, wanted: Wanted) -> Analysis:
        """Remember that there is no reading to be had; return the quotes that stand for it."""
        logger.warning("%s cannot be read by the models: %s", wanted.paper.id, error)
        quotes = await self.readings.quotes(document, wanted)
        if isinstance(error, LLMUnverified):  # readers are told why these are quotes
            quotes = quotes.model_copy(update={"checked": error.checked})
        await self.readings.refuse(quotes, document, wanted)
        return quotes

    async def _read(
        self, reader: PaperReader, document: Document, wanted: Wanted, context: Waiter
    ) -> Analysis:
        paper, focus, language = wanted.paper, wanted.focus, wanted.language
        analysis = await reader.read(
            paper, document, focus, language, now=self.now(), context=context
        )
        if self.looker is not None:
            analysis = analysis.model_copy(update={"second_look": SecondLook.WAITING})
        await self.readings.put(analysis, wanted)
        return analysis

    async def _without_waiting(self, wanted: Wanted) -> DeepDive:
        """Return the dive that is there, else quotes of the text that is; at worst the abstract."""
        if (ready := await self._ready(wanted)) is not None:
            return ready
        known, abstract = await self.readings.get(wanted), abstract_of(wanted.paper)
        document = await self.texts.best(wanted.paper) or abstract
        try:
            quotes = await self.readings.quotes(document, wanted)
        except WorkStopped:
            quotes = await self.readings.quotes(abstract, wanted)
        dive = await self._instead(known, quotes, wanted)
        # Without a model there is no reading to promise: a fuller text brings other quotes.
        return replace(dive, delay=Delay.SERVICE if self.reader is not None else None)

    async def _looked(
        self, looker: SecondLooker, waiting: Analysis, wanted: Wanted, context: Waiter
    ) -> DeepDive:
        paper = wanted.paper
        document = await self.texts.best(paper) or abstract_of(paper)
        try:
            left = await looker.of_analysis(paper, document, waiting, context)
        except LLMUnverified as error:
            quotes = await self._refused(error, document, wanted)
            await self.readings.drop(waiting, wanted)
            return DeepDive(quotes)
        except (*FOR_GOOD, WorkStopped) as error:
            logger.warning("there is no second look at %s: %s", paper.id, error)
            left = waiting.model_copy(update={"second_look": None})
        except LLMError as error:
            logger.info("the second look at %s has to wait: %s", paper.id, error)
            return DeepDive(waiting, retry_after=getattr(error, "retry_after", None))
        await self.readings.put(left, wanted)
        return DeepDive(left)

    async def _instead(self, known: Analysis | None, quotes: Analysis, wanted: Wanted) -> DeepDive:
        """Return what is shown in place of a reading: of less of the text, earlier, or quotes."""
        if known is not None:
            return DeepDive(known)
        if (earlier := await self.readings.earlier(wanted)) is not None:
            return DeepDive(earlier.model_copy(update={"is_earlier": True}))
        return DeepDive(quotes)


def _delay(error: LLMError) -> Delay | None:
    """Return what a reading waits for after this failure; None when waiting will not help."""
    match error:
        case LLMRateLimited():
            return Delay.QUOTA
        case LLMUnavailable() | LLMMisconfigured():
            return Delay.SERVICE
        case _:
            return None
