"""One paper's deep dive, from the store or made once.

Order of preference: a model's reading that exists, a model's reading made now, quoted sentences.
A reading that had to wait leaves no trace here but its absence, so asking again makes it; one the
models would not give is remembered for a day, so that asking again costs nothing.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from core.analyze.extract import EXTRACTOR, extract
from core.analyze.quotable import language_of
from core.documents.flaws import rank
from core.documents.full_text import UNREACHABLE, TextResult, abstract_of
from core.injection.quarantine import passages_in
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
    Takeaway,
    TextExtent,
)
from core.sandbox.offload import Offload, in_a_thread
from core.store import Store
from core.store.flags import Flags

logger = logging.getLogger(__name__)

ABSTRACT_STAYS = timedelta(hours=6)
"""How long a paper without full text is not looked for again: HTML appears within hours."""
FLAWED_STAYS = timedelta(days=1)
"""How long a flawed full text is not looked for again, where somebody needs it once more."""
REFUSAL_STAYS = timedelta(days=1)
"""How long models are not asked again about a paper they would not or could not read."""


class FullTexts(Protocol):
    """Fetches a paper's text; never fails, since an abstract is a text too."""

    async def read(self, paper: Paper) -> TextResult:
        """Return the best text there is."""


class PaperReader(Protocol):
    """A model that reads a paper for a focus."""

    version: str
    models: Sequence[str]

    async def read(
        self,
        paper: Paper,
        document: Document,
        focus: Focus,
        language: Language,
        *,
        now: datetime,
        context: Waiter = ORDINARY,
    ) -> Analysis:
        """Return its reading; raise `LLMError` or `WorkStopped`."""


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


class DeepDives:
    """Makes deep dives, each once."""

    def __init__(
        self,
        *,
        store: Store,
        texts: FullTexts,
        reader: PaperReader | None,
        now: Callable[[], datetime],
        single_flight: SingleFlight,
        offload: Offload = in_a_thread,
    ) -> None:
        self._store = store
        self._offload = offload
        self._texts = texts
        self._reader = reader
        self._now = now
        self._single_flight = single_flight

    @property
    def has_model(self) -> bool:
        """Whether a model reads; else papers are only quoted."""
        return self._reader is not None

    async def dive(
        self, paper: Paper, focus: Focus, language: Language, context: Waiter = ORDINARY
    ) -> DeepDive:
        """Return `paper`'s deep dive. Never fails for want of a text or a model.

        Asked for by several at the same time it is made once. At the context's time, if it has
        one, it is what can be had without waiting for anybody.
        """
        try:
            return await self._single_flight.share(
                ("dive", paper.id, paper.version, focus.text, language),
                context,
                lambda waiters: self._dive(paper, focus, language, waiters),
            )
        except LLMTooLate as error:
            logger.warning("%s is not read yet: %s", paper.id, error)
            return await self._without_waiting(paper, focus, language)

    async def ready(self, paper: Paper, focus: Focus, language: Language) -> DeepDive | None:
        """Return the dive that is there already; None when a source or a model has to be asked.

        One of an older version is there as well, and says so: nobody waits for a new version.
        """
        known = await self._known(paper, focus, language)
        if known is not None and known.extent is TextExtent.WHOLE:
            return DeepDive(known)
        older = await self._known(paper, focus, language, is_older=True)
        if older is not None and older.extent is TextExtent.WHOLE:
            return DeepDive(older, newer=paper.version)
        document = await self._stored(paper)
        if document is None:
            return None
        if known is not None:
            return DeepDive(known) if document.extent <= known.extent else None
        if self._reader is not None:
            refusal = _Refusal(self._reader, document, language)
            quotes = await self._noted(refusal, paper, focus)
        else:
            quotes = await self._quoted(document, paper, focus)
        return DeepDive(quotes) if quotes else None

    async def text(self, paper: Paper) -> Document:
        """Return the paper's text, stored or fetched; at worst its abstract."""
        return await self._document(paper)

    async def quotes(self, paper: Paper, focus: Focus) -> DeepDive | None:
        """Return the quotes that were shown instead of a reading; None when there are none."""
        document = await self._store.texts.get(paper.id, paper.version)
        quotes = await self._quoted(document, paper, focus) if document else None
        return DeepDive(quotes) if quotes else None

    async def _dive(
        self, paper: Paper, focus: Focus, language: Language, context: Waiter
    ) -> DeepDive:
        known = await self._known(paper, focus, language)
        if known is not None and known.extent is TextExtent.WHOLE:
            return DeepDive(known)
        try:
            document = await self._document(paper)
            return await self._made(known, paper, document, focus, language, context)
        except WorkStopped as error:
            logger.warning("%s is read from its abstract: %s", paper.id, error)
        # As if there were no more, for as long as that is believed: nobody else has to wait for it.
        document = abstract_of(paper)
        await self._store.texts.put(document, version=paper.version, at=self._now())
        return await self._made(known, paper, document, focus, language, context)

    async def _made(
        self,
        known: Analysis | None,
        paper: Paper,
        document: Document,
        focus: Focus,
        language: Language,
        context: Waiter,
    ) -> DeepDive:
        """Return the dive into a text. Raise `WorkStopped` when the text is too much."""
        if known is not None and document.extent <= known.extent:
            return DeepDive(known)
        if self._reader is None:
            return DeepDive(await self._extract(paper, document, focus))
        refusal = _Refusal(self._reader, document, language)
        if (noted := await self._noted(refusal, paper, focus)) is not None:
            return DeepDive(known or noted)
        try:
            analysis = await self._read(self._reader, paper, document, focus, language, context)
        except LLMError as error:
            quotes = await self._extract(paper, document, focus)
            if isinstance(error, LLMUnverified):  # readers are told why these are quotes
                quotes = quotes.model_copy(update={"checked": error.checked})
            if (delay := _delay(error)) is None:
                logger.warning("%s cannot be read by the models: %s", paper.id, error)
                await self._note(refusal, quotes, paper, focus)
            else:
                logger.warning("%s is not read yet: %s", paper.id, error)
            # A reading of the abstract, made when there was no more, is better than quotes.
            return DeepDive(known or quotes, delay, getattr(error, "retry_after", None))
        return DeepDive(analysis)

    async def _without_waiting(self, paper: Paper, focus: Focus, language: Language) -> DeepDive:
        """Return the dive that is there, else quotes of the text that is; at worst the abstract."""
        if (ready := await self.ready(paper, focus, language)) is not None:
            return ready
        known = await self._known(paper, focus, language)
        abstract = abstract_of(paper)
        document = await self._store.texts.get(paper.id, paper.version) or abstract
        try:
            quotes = await self._extract(paper, document, focus)
        except WorkStopped:
            quotes = await self._extract(paper, abstract, focus)
        # Without a model there is no reading to promise: a fuller text brings other quotes.
        return DeepDive(known or quotes, Delay.SERVICE if self._reader is not None else None)

    async def _known(
        self, paper: Paper, focus: Focus, language: Language, *, is_older: bool = False
    ) -> Analysis | None:
        if self._reader is None or (is_older and paper.version is None):
            return None
        return await self._store.analyses.get(
            paper_id=paper.id,
            version=paper.version,
            prompt=self._reader.version,
            models=self._reader.models,
            language=language,
            focus=focus.text,
            is_older=is_older,
        )

    async def _stored(self, paper: Paper) -> Document | None:
        known = await self._store.texts.get(paper.id, paper.version)
        return known if known is not None and await self._is_final(known, paper) else None

    async def _document(self, paper: Paper) -> Document:
        known = await self._store.texts.get(paper.id, paper.version)
        if known is not None and await self._is_final(known, paper):
            return known
        result = await self._texts.read(paper)
        for attempt in result.attempts:
            logger.debug("%s: %s %s", paper.id, attempt.source, attempt.outcome)
        document = min(result.document, known or result.document, key=rank)
        # Today's failure takes nothing away.
        is_unsure = any(attempt.outcome == UNREACHABLE for attempt in result.attempts)
        if is_unsure and document.extent is not TextExtent.WHOLE:
            return document  # nobody knows yet whether there is a full text
        await self._store.texts.put(document, version=paper.version, at=self._now())
        await self._flag(document)
        return document

    async def _flag(self, document: Document) -> None:
        """Tell the administrators of a text that speaks to the model; it is read without that."""
        if self._reader is None:
            return
        try:
            found = await self._offload(partial(passages_in, document))
        except WorkStopped:
            return  # whoever reads it will find the same, and say so
        if found:
            day = self._now().date()
            await Flags(self._store).note(day, {document.paper_id: found[0]})

    async def _is_final(self, document: Document, paper: Paper) -> bool:
        if document.extent is TextExtent.WHOLE and not document.flaws:
            return document.flaws is not None  # else it was chosen before flaws were looked for
        at = await self._store.texts.fetched_at(paper.id, paper.version)
        stays = FLAWED_STAYS if document.extent is TextExtent.WHOLE else ABSTRACT_STAYS
        return at is not None and self._now() - at < stays

    async def _read(
        self,
        reader: PaperReader,
        paper: Paper,
        document: Document,
        focus: Focus,
        language: Language,
        context: Waiter,
    ) -> Analysis:
        analysis = await reader.read(
            paper, document, focus, language, now=self._now(), context=context
        )
        await self._store.analyses.put(
            analysis, version=paper.version, prompt=reader.version, focus=focus.text
        )
        return analysis

    async def _noted(self, refusal: "_Refusal", paper: Paper, focus: Focus) -> Analysis | None:
        """Return the quotes that stood in for a reading, as long as nobody is asked again."""
        noted = await self._store.analyses.get(
            paper_id=paper.id,
            version=paper.version,
            prompt=refusal.key,
            models=(EXTRACTOR,),
            language=language_of(refusal.document),
            focus=focus.text,
        )
        is_fresh = noted is not None and self._now() - noted.created_at < REFUSAL_STAYS
        return noted if is_fresh else None

    async def _note(
        self, refusal: "_Refusal", quotes: Analysis, paper: Paper, focus: Focus
    ) -> None:
        await self._store.analyses.put(
            quotes.model_copy(update={"created_at": self._now()}),
            version=paper.version,
            prompt=refusal.key,
            focus=focus.text,
        )

    async def _quoted(self, document: Document, paper: Paper, focus: Focus) -> Analysis | None:
        return await self._store.analyses.get(
            paper_id=paper.id,
            version=paper.version,
            prompt=f"{EXTRACTOR}:{document.source}",
            models=(EXTRACTOR,),
            language=language_of(document),
            focus=focus.text,
        )

    async def _extract(self, paper: Paper, document: Document, focus: Focus) -> Analysis:
        if (known := await self._quoted(document, paper, focus)) is not None:
            return known
        analysis = await self._offload(partial(extract, document, paper, focus, now=self._now()))
        await self._store.analyses.put(
            analysis,
            version=paper.version,
            prompt=f"{EXTRACTOR}:{document.source}",
            focus=focus.text,
        )
        return analysis


@dataclass(frozen=True)
class _Refusal:
    """That these models will not read this text; kept among the analyses, as its quotes."""

    reader: PaperReader
    document: Document
    language: Language

    @property
    def key(self) -> str:
        """What stands where a reading has its prompt's version."""
        models = ",".join(self.reader.models)
        return f"refused:{self.reader.version}:{self.document.source}:{self.language}:{models}"


def _delay(error: LLMError) -> Delay | None:
    """Return what a reading waits for after this failure; None when waiting will not help."""
    match error:
        case LLMRateLimited():
            return Delay.QUOTA
        case LLMUnavailable() | LLMMisconfigured():
            return Delay.SERVICE
        case _:
            return None
