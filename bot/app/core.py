"""What works without Telegram: sources, models, the digest, deep dives.

The core gets plain values and open clients, never `Settings`.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.chains import Chains, open_chains
from bot.daily.alerts import ModelAlerts
from bot.features.paper_lookup import PaperLookup
from bot.outbound import endpoints_of, outbound_by
from bot.settings import Settings
from core.analyze.deep_dives import DeepDives
from core.analyze.paper_texts import PaperTexts
from core.analyze.questions import QuestionAnswerer
from core.analyze.second_look import SecondLooker
from core.analyze.stored_readings import StoredReadings
from core.analyze.takeaways import Takeaways
from core.digest.builder import DigestBuilder
from core.digest.gather import Gatherer
from core.digest.read import PickReader
from core.digest.score import Rank, Scorer
from core.documents.full_text import FullText
from core.fetch import Lookup, Source, sources
from core.fetch.gate import Gate
from core.fetch.http import Http
from core.fetch.outbound import Outbound
from core.fetch.spec import Tools
from core.figures.arxiv import ArxivFigures
from core.figures.files import FigureFiles
from core.figures.service import Figures
from core.llm.prompts import Prompts, load_prompts
from core.llm.providers import price_of
from core.llm.single_flight import SingleFlight
from core.models.digest_spec import DigestSpec
from core.models.errors import StoreError
from core.models.values import Focus
from core.personal.list_builder import ListBuilder
from core.sandbox.offload import Offload
from core.sandbox.workers import Heard, Workers
from core.store import Store, open_store
from core.store.flags import Flags

if TYPE_CHECKING:  # numpy and scipy come with them
    from core.personal.engine import ListEngine
    from core.score.local import Ranker

logger = logging.getLogger(__name__)

ARXIV_INTERVAL = timedelta(seconds=3)
"""arXiv's terms: one request per three seconds and one connection over everything you run."""
Sleep = Callable[[float], Awaitable[None]]
AUDIENCE = "main"
"""Who the shell's digest is for. Channels and subscribers get audiences of their own."""


def utc_now() -> datetime:
    """Return the time; the only clock reading, handed to everything else as an argument."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Ends:
    """Where the process meets what is outside: the demo and the tests put others in their place."""

    now: Callable[[], datetime] = utc_now
    """The only clock."""
    sleep: Sleep = asyncio.sleep
    """The only way to wait for it."""
    alarm: Sleep = asyncio.sleep
    """Measures how long others are waited for."""
    monotonic: Callable[[], float] = time.monotonic
    arxiv_interval: timedelta = ARXIV_INTERVAL
    first_day: date = date.min
    """The sources are asked for nothing before it,"""
    last_day: date = date.max
    """and of no day after this."""
    offload: Offload | None = None
    """Where work on strangers' texts is done; None: in processes of our own."""
    sources: Sequence[Source] | None = None
    """Instead of those of the settings."""
    rank: Rank | None = None
    deep_dives: DeepDives | None = None


REAL = Ends()


@dataclass(frozen=True)
class Core(Tools):
    """Everything open but Telegram; the rest is built from that when it is first asked for."""

    settings: Settings
    ends: Ends
    store: Store
    outbound: Outbound
    chains: Chains | None
    """Of models; None without a key."""
    single_flight: SingleFlight
    stopped: Heard
    """Counts work on strangers' texts and pictures that was given up."""
    prompts: Prompts = field(default_factory=lambda: load_prompts(files("prompts")))

    @property
    def focus(self) -> Focus:
        return Focus(interests=self.settings.digest_interests)

    @property
    def spec(self) -> DigestSpec:
        return DigestSpec(
            audience=AUDIENCE,
            focus=self.focus,
            language=self.settings.digest_language,
            threshold=self.settings.digest_min_score,
            top_n=self.settings.digest_top_n,
        )

    @cached_property
    def sources(self) -> Sequence[Source]:
        return self.ends.sources or [self._opened[name] for name in self.settings.sources]

    @cached_property
    def papers(self) -> PaperLookup:
        lookups = [source for source in self._opened.values() if isinstance(source, Lookup)]
        return PaperLookup(self.store.papers, self.store.texts, lookups, self.deep_dives)

    @cached_property
    def deep_dives(self) -> DeepDives:
        if self.ends.deep_dives is not None:
            return self.ends.deep_dives
        full_texts = FullText(
            self.http,
            endpoints=endpoints_of(self.settings),
            gate=self.gate,
            offload=self.offload,
        )
        reader = self.chains.reader(self.prompts, self.offload) if self.chains else None
        flags, now, offload = Flags(self.store.key_values), self.now, self.offload
        return DeepDives(
            texts=PaperTexts(
                self.store.texts, full_texts, flags if reader else None, now=now, offload=offload
            ),
            readings=StoredReadings(self.store.analyses, reader, now=now, offload=offload),
            reader=reader,
            looker=self.second_looker,
            now=now,
            single_flight=self.single_flight,
        )

    @cached_property
    def second_looker(self) -> SecondLooker | None:
        """Looks at what was stated a second time; None without a key."""
        return self.chains.second_looker(self.prompts, self.offload) if self.chains else None

    @cached_property
    def takeaways(self) -> Takeaways:
        """What readers with topics of their own can do with a paper."""
        return Takeaways(
            self.store.takeaways,
            self.chains.light if self.chains else None,
            self.prompts["takeaway"],
            now=self.now,
            single_flight=self.single_flight,
            looker=self.second_looker,
        )

    @cached_property
    def question_answerer(self) -> QuestionAnswerer:
        if self.chains is not None:
            return self.chains.question_answerer(self.prompts, self.offload, self.now)
        prompt = self.prompts["ask"]
        return QuestionAnswerer(
            None, prompt, max_input_tokens=0, now=self.now, offload=self.offload
        )

    @cached_property
    def figures(self) -> Figures:
        endpoint = endpoints_of(self.settings)["arxiv"]
        return Figures(
            ArxivFigures(self.http, endpoint=endpoint, gate=self.gate, offload=self.offload),
            memory=self.store.key_values,
            files=FigureFiles(self.settings.data_dir / "figures"),
            now=self.now,
            offload=self.offload,
        )

    @cached_property
    def builder(self) -> DigestBuilder:
        store = self.store
        return DigestBuilder(
            gatherer=Gatherer(
                sources=self.sources,
                papers=store.papers,
                history=store.history,
                digests=store.digests,
                coverage=store.coverage,
                fetches=store.fetches,
                memory=store.key_values,
                now=self.now,
                clock=self.ends.monotonic,
                sleep=self.ends.alarm,
                first_day=self.ends.first_day,
                last_day=self.ends.last_day,
            ),
            digests=store.digests,
            scorer=self._scorer,
            pick_reader=PickReader(
                pending_analyses=store.pending_analyses, deep_dives=self.deep_dives, now=self.now
            ),
            now=self.now,
        )

    @cached_property
    def lists(self) -> ListBuilder:
        """Makes the lists of readers with topics or opinions of their own."""

        @cache
        def engine() -> "ListEngine":
            from core.personal.engine import ListEngine

            return ListEngine(_ranker())

        store = self.store
        return ListBuilder(
            chats=store.chats,
            lists=store.lists,
            papers=store.papers,
            history=store.history,
            feedback=store.feedback,
            meanings=store.meanings,
            usage=store.usage,
            scorer=self._scorer,
            engine=engine,
            usual=self.focus,
            top_n=self.settings.digest_top_n,
            most_calls=self.settings.focus_calls_per_day,
            now=self.now,
        )

    @cached_property
    def alerts(self) -> ModelAlerts:
        language, zone = self.settings.digest_language, self.settings.digest_timezone
        calls = self.store.calls
        return ModelAlerts(self.chains, calls, language=language, zone=zone, now=self.now)

    @cached_property
    def _opened(self) -> Mapping[str, Source]:
        options = self.settings.options_of
        return {spec.name: spec.open(self, options(spec)) for spec in sources.SOURCES}

    @cached_property
    def _scorer(self) -> Scorer:
        store = self.store
        return Scorer(
            papers=store.papers,
            scores=store.scores,
            flags=Flags(store.key_values),
            rank=self.ends.rank or (lambda papers, focus: _ranker()(papers, focus)),
            judge=self.chains.judge(self.prompts) if self.chains else None,
            second=self.chains.second_judge(self.prompts) if self.chains else None,
        )


@asynccontextmanager
async def build_core(settings: Settings, ends: Ends = REAL) -> AsyncIterator[Core]:
    """Open everything that needs no Telegram, and close it at the end. Raise `ConfigError`."""
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(
            open_store(settings.database_url, now=ends.now, price=price_of)
        )
        outbound = await stack.enter_async_context(outbound_by(settings))
        stopped, offload = _counted(store, ends.now), ends.offload
        if offload is None:
            offload = await stack.enter_async_context(Workers(stopped=stopped))
        chains = await open_chains(settings, store, outbound, ends.now, ends.sleep, stack)
        yield Core(
            settings=settings,
            ends=ends,
            store=store,
            outbound=outbound,
            now=ends.now,
            http=Http(outbound, user_agent=user_agent(), sleep=ends.sleep),
            gate=Gate(ends.arxiv_interval, sleep=ends.sleep),
            offload=offload,
            chains=chains,
            # What has become urgent moves up in the planner's line.
            single_flight=SingleFlight(
                reordered=chains.planner.reorder if chains else _nothing,
                now=ends.now,
                sleep=ends.alarm,
            ),
            stopped=stopped,
        )


def _counted(store: Store, now: Callable[[], datetime]) -> Heard:
    """Return what counts the work on texts that was stopped, for `stats`."""

    async def stopped(work: str, reason: str) -> None:
        try:
            await store.fetches.record_stopped(work, reason, now())
        except StoreError as error:  # the text has its outcome without it
            logger.warning("not counted: %s", error)

    return stopped


@cache
def _ranker() -> "Ranker":
    """Return the local ranker, loaded at its first use.

    scipy and the ranker's tables take a third of a second, and a day that is already chosen
    needs neither.
    """
    from core.score.local import load_ranker

    return load_ranker()


def user_agent() -> str:
    return f"Paperboy/{version('paperboy')} (daily paper digest; one request at a time)"


def _nothing() -> None:
    """There is no line to reorder."""
