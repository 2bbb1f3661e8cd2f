"""Readings, and the quotes that stand in for them, as they are stored.

A reading belongs to a paper's version, a prompt, a model, a language and a focus. A refusal is kept
among them as its quotes: that these models will not read this text, so that asking again costs
nothing for a day.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from core.analyze.extract import EXTRACTOR, extract
from core.analyze.quotable import language_of
from core.llm import ORDINARY, Waiter
from core.models.values import Analysis, Document, Focus, Language, Paper
from core.sandbox.offload import Offload, in_a_thread
from core.store.papers.analyses import Analyses

REFUSAL_STAYS = timedelta(days=1)
"""How long models are not asked again about a paper they would not or could not read."""


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


class StoredReadings:
    """What was read of papers, and quoted from them."""

    def __init__(
        self,
        analyses: Analyses,
        reader: PaperReader | None,
        *,
        now: Callable[[], datetime],
        offload: Offload = in_a_thread,
    ) -> None:
        self._analyses = analyses
        self._reader = reader
        self._now = now
        self._offload = offload

    async def get(
        self, paper: Paper, focus: Focus, language: Language, *, is_older: bool = False
    ) -> Analysis | None:
        """Return the reading by today's prompt; `is_older`: of the version before the paper's."""
        if self._reader is None or (is_older and paper.version is None):
            return None
        return await self._analyses.get(
            paper_id=paper.id,
            version=paper.version,
            prompt=self._reader.version,
            models=self._reader.models,
            language=language,
            focus=focus.text,
            is_older=is_older,
        )

    async def earlier(self, paper: Paper, focus: Focus, language: Language) -> Analysis | None:
        """Return the latest reading a model made of this version, by whatever prompt."""
        return await self._analyses.latest(
            paper_id=paper.id,
            version=paper.version,
            language=language,
            focus=focus.text,
            unless=EXTRACTOR.split("/")[0],
        )

    async def put(self, analysis: Analysis, paper: Paper, focus: Focus) -> None:
        """Keep a reading by today's prompt, in place of the one there was."""
        assert self._reader is not None, "somebody made it"
        await self._analyses.put(
            analysis, version=paper.version, prompt=self._reader.version, focus=focus.text
        )

    async def drop(self, analysis: Analysis, paper: Paper, focus: Focus) -> None:
        """Forget a reading by today's prompt."""
        assert self._reader is not None, "somebody made it"
        await self._analyses.drop(
            analysis, version=paper.version, prompt=self._reader.version, focus=focus.text
        )

    async def refused(
        self, document: Document, paper: Paper, focus: Focus, language: Language
    ) -> Analysis | None:
        """Return the quotes that stood in for a reading, as long as nobody is asked again."""
        noted = await self._analyses.get(
            paper_id=paper.id,
            version=paper.version,
            prompt=self._refusal(document, language),
            models=(EXTRACTOR,),
            language=language_of(document),
            focus=focus.text,
        )
        is_fresh = noted is not None and self._now() - noted.created_at < REFUSAL_STAYS
        return noted if is_fresh else None

    async def refuse(
        self,
        quotes: Analysis,
        document: Document,
        paper: Paper,
        focus: Focus,
        language: Language,
    ) -> None:
        """Remember that these models do not read this text, and what is shown instead."""
        await self._analyses.put(
            quotes.model_copy(update={"created_at": self._now()}),
            version=paper.version,
            prompt=self._refusal(document, language),
            focus=focus.text,
        )

    async def quoted(self, document: Document, paper: Paper, focus: Focus) -> Analysis | None:
        """Return the quotes there are of a text."""
        return await self._analyses.get(
            paper_id=paper.id,
            version=paper.version,
            prompt=f"{EXTRACTOR}:{document.source}",
            models=(EXTRACTOR,),
            language=language_of(document),
            focus=focus.text,
        )

    async def quotes(self, document: Document, paper: Paper, focus: Focus) -> Analysis:
        """Return the quotes of a text, made now if need be. Raise `WorkStopped`."""
        if (known := await self.quoted(document, paper, focus)) is not None:
            return known
        made = await self._offload(partial(extract, document, paper, focus, now=self._now()))
        prompt = f"{EXTRACTOR}:{document.source}"
        await self._analyses.put(made, version=paper.version, prompt=prompt, focus=focus.text)
        return made

    def _refusal(self, document: Document, language: Language) -> str:
        """Return what stands where a reading has its prompt's version."""
        version, models = "", ""
        if self._reader is not None:
            version, models = self._reader.version, ",".join(self._reader.models)
        return f"refused:{version}:{document.source}:{language}:{models}"
