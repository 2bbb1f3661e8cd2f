"""The reading desk: one paper's deep dive, from the store or made once.

Order of preference: a model's reading that exists, a model's reading made now, quoted sentences.
A reading that had to wait leaves no trace but its absence, so asking again makes it.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from core.analyze.extract import EXTRACTOR, extract
from core.analyze.quotable import language_of
from core.errors import LLMBadAnswer, LLMError, LLMRefused
from core.fetch.fulltext import UNREACHABLE, TextResult
from core.models import Analysis, Document, Focus, Language, Paper, TextSource
from core.store import Store

logger = logging.getLogger(__name__)

ABSTRACT_STAYS = timedelta(hours=6)
"""How long a paper without full text is not looked for again: HTML appears within hours."""


class Texts(Protocol):
    """Fetches a paper's text; never fails, since an abstract is a text too."""

    async def read(self, paper: Paper) -> TextResult:
        """Return the best text there is."""
        ...


class Reader(Protocol):
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
    ) -> Analysis:
        """Return its reading; raise `LLMError`."""
        ...


@dataclass(frozen=True)
class Dive:
    """A deep dive as it stands."""

    analysis: Analysis
    waiting: bool
    """A model was to read it but could not yet; asking again later may help."""


class Desk:
    """Makes deep dives, each once."""

    def __init__(
        self,
        *,
        store: Store,
        texts: Texts,
        reader: Reader | None,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._texts = texts
        self._reader = reader
        self._now = now

    async def dive(self, paper: Paper, focus: Focus, language: Language) -> Dive:
        """Return `paper`'s deep dive. Never fails for want of a text or a model."""
        known = await self._known(paper, focus, language) if self._reader else None
        if known is not None and known.text_source is not TextSource.ABSTRACT:
            return Dive(known, waiting=False)
        document = await self._document(paper)
        if known is not None and document.source is TextSource.ABSTRACT:
            return Dive(known, waiting=False)
        waiting = False
        if self._reader is not None:
            try:
                analysis = await self._read(self._reader, paper, document, focus, language)
            except (LLMBadAnswer, LLMRefused) as error:
                logger.warning("%s cannot be read by the models: %s", paper.id, error)
            except LLMError as error:
                logger.warning("%s is not read yet: %s", paper.id, error)
                waiting = True
            else:
                return Dive(analysis, waiting=False)
        if known is not None:  # an abstract's reading is better than none
            return Dive(known, waiting=waiting)
        return Dive(await self._extract(paper, document, focus), waiting=waiting)

    async def _known(self, paper: Paper, focus: Focus, language: Language) -> Analysis | None:
        assert self._reader is not None
        return await self._store.analyses.get(
            paper_id=paper.id,
            version=paper.version,
            prompt=self._reader.version,
            models=self._reader.models,
            language=language,
            focus=focus.text,
        )

    async def _document(self, paper: Paper) -> Document:
        known = await self._store.texts.get(paper.id, paper.version)
        if known is not None and await self._is_final(known, paper):
            return known
        result = await self._texts.read(paper)
        for attempt in result.attempts:
            logger.debug("%s: %s %s", paper.id, attempt.source, attempt.outcome)
        is_abstract = result.document.source is TextSource.ABSTRACT
        if is_abstract and any(attempt.outcome == UNREACHABLE for attempt in result.attempts):
            return result.document  # nobody knows yet whether there is a full text
        await self._store.texts.put(result.document, version=paper.version, at=self._now())
        return result.document

    async def _is_final(self, document: Document, paper: Paper) -> bool:
        if document.source is not TextSource.ABSTRACT:
            return True
        at = await self._store.texts.fetched_at(paper.id, paper.version)
        return at is not None and self._now() - at < ABSTRACT_STAYS

    async def _read(
        self,
        reader: Reader,
        paper: Paper,
        document: Document,
        focus: Focus,
        language: Language,
    ) -> Analysis:
        analysis = await reader.read(paper, document, focus, language, now=self._now())
        await self._store.analyses.put(
            analysis, version=paper.version, prompt=reader.version, focus=focus.text
        )
        return analysis

    async def _extract(self, paper: Paper, document: Document, focus: Focus) -> Analysis:
        known = await self._store.analyses.get(
            paper_id=paper.id,
            version=paper.version,
            prompt=f"{EXTRACTOR}:{document.source}",
            models=(EXTRACTOR,),
            language=language_of(document),
            focus=focus.text,
        )
        if known is not None:
            return known
        # In a thread: scikit-learn works for a tenth of a second, and others are waiting.
        analysis = await asyncio.to_thread(extract, document, paper, focus, now=self._now())
        await self._store.analyses.put(
            analysis,
            version=paper.version,
            prompt=f"{EXTRACTOR}:{document.source}",
            focus=focus.text,
        )
        return analysis
