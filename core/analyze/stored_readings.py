"""Readings, and the quotes that stand in for them, as they are stored.

A reading belongs to a paper's version, a prompt, a model, a language and a focus. A refusal is kept
among them as its quotes: that these models will not read this text, so that asking again costs
nothing for a day.
"""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from core.analyze.extract import EXTRACTOR, extract
from core.analyze.quotable import language_of
from core.llm import ORDINARY, Waiter
from core.models.values import Analysis, Document, Focus, Language, Paper
from core.sandbox.offload import Offload, in_a_thread
from core.store import ReadingKey
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


@dataclass(frozen=True)
class Wanted:
    """Which reading is wanted."""

    paper: Paper
    focus: Focus
    language: Language

    def key(self, prompt: str, language: Language | None = None) -> ReadingKey:
        """Return under which key it is kept; in another language where it is of quotes."""
        paper = self.paper
        language = language or self.language
        return ReadingKey(paper.id, paper.version, self.focus.text, prompt, language)


@dataclass(eq=False, repr=False)
class StoredReadings:
    """What was read of papers, and quoted from them."""

    analyses: Analyses
    reader: PaperReader | None
    _: KW_ONLY
    now: Callable[[], datetime]
    offload: Offload = in_a_thread

    async def get(self, wanted: Wanted, *, is_older: bool = False) -> Analysis | None:
        """Return the reading by today's prompt; `is_older`: of the version before the paper's."""
        reader = self.reader
        if reader is None or (is_older and wanted.paper.version is None):
            return None
        key = wanted.key(reader.version)
        return await self.analyses.get(key, reader.models, is_older=is_older)

    async def earlier(self, wanted: Wanted) -> Analysis | None:
        """Return the latest reading a model made of this version, by whatever prompt."""
        return await self.analyses.latest(wanted.key(""), unless=EXTRACTOR.split("/")[0])

    async def put(self, analysis: Analysis, wanted: Wanted) -> None:
        """Keep a reading by today's prompt, in place of the one there was."""
        await self._put(analysis, wanted, self._version)

    async def drop(self, analysis: Analysis, wanted: Wanted) -> None:
        """Forget a reading by today's prompt."""
        await self.analyses.drop(analysis, wanted.key(self._version, analysis.language))

    async def refused(self, document: Document, wanted: Wanted) -> Analysis | None:
        """Return the quotes that stood in for a reading, as long as nobody is asked again."""
        noted = await self._quoted(document, wanted, self._refusal(document, wanted))
        is_fresh = noted is not None and self.now() - noted.created_at < REFUSAL_STAYS
        return noted if is_fresh else None

    async def refuse(self, quotes: Analysis, document: Document, wanted: Wanted) -> None:
        """Remember that these models do not read this text, and what is shown instead."""
        dated = quotes.model_copy(update={"created_at": self.now()})
        await self._put(dated, wanted, self._refusal(document, wanted))

    async def quoted(self, document: Document, wanted: Wanted) -> Analysis | None:
        """Return the quotes there are of a text."""
        return await self._quoted(document, wanted, f"{EXTRACTOR}:{document.source}")

    async def quotes(self, document: Document, wanted: Wanted) -> Analysis:
        """Return the quotes of a text, made now if need be. Raise `WorkStopped`."""
        if (known := await self.quoted(document, wanted)) is not None:
            return known
        paper, focus = wanted.paper, wanted.focus
        made = await self.offload(partial(extract, document, paper, focus, now=self.now()))
        await self._put(made, wanted, f"{EXTRACTOR}:{document.source}")
        return made

    async def _put(self, analysis: Analysis, wanted: Wanted, prompt: str) -> None:
        await self.analyses.put(analysis, wanted.key(prompt, analysis.language))

    async def _quoted(self, document: Document, wanted: Wanted, prompt: str) -> Analysis | None:
        return await self.analyses.get(wanted.key(prompt, language_of(document)), (EXTRACTOR,))

    @property
    def _version(self) -> str:
        return self.reader.version if self.reader is not None else ""

    def _refusal(self, document: Document, wanted: Wanted) -> str:
        """Return what stands where a reading has its prompt's version."""
        models = ",".join(self.reader.models) if self.reader is not None else ""
        return f"refused:{self._version}:{document.source}:{wanted.language}:{models}"
