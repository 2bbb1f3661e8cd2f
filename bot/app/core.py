"""What works without Telegram: sources, models, the digest, deep dives.

The core gets plain values and open clients, never `Settings`.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.chains import Chains, open_chains
from bot.daily.alerts import ModelAlerts
from bot.features.paper_lookup import PaperLookup
from bot.outbound import endpoints_of, outbound_by
from bot.settings import Settings
from core.analyze.deep_dives import DeepDives
from core.analyze.questions import QuestionAnswerer
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
from core.judge.topics import TopicInterpreter
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
class Wiring(Tools):
    """What is open, for the rest to be built from."""

    settings: Settings
    ends: Ends
    store: Store
    outbound: Outbound
    chains: Chains | None
    """Of models; None without a key."""
    single_flight: SingleFlight
    prompts: Prompts = field(default_factory=lambda: load_prompts(files("prompts")))


@dataclass(frozen=True)
class Core:
    """Everything open but Telegram, for one run."""

    settings: Settings
    ends: Ends
    store: Store
    outbound: Outbound
    sources: Sequence[Source]
    deep_dives: DeepDives
    question_answerer: QuestionAnswerer
    figures: Figures
    takeaways: Takeaways
    """What readers with topics of their own can do with a paper."""
    topic_interpreter: TopicInterpreter | None
    """Of readers' own words; None without a key."""
    builder: DigestBuilder
    lists: ListBuilder
    """For readers with topics or opinions of their own."""
    lookup: PaperLookup
    alerts: ModelAlerts
    prompts: Prompts
    chains: Chains | None
    """Of models; None without a key."""
    stopped: Heard
    """Counts work on strangers' texts and pictures that was given up."""
    now: Callable[[], datetime]

    @property
    def spec(self) -> DigestSpec:
        """What the settings ask of a day."""
        return DigestSpec(
            audience=AUDIENCE,
            focus=self.focus,
            language=self.settings.digest_language,
            threshold=self.settings.digest_min_score,
            top_n=self.settings.digest_top_n,
        )

    @property
    def focus(self) -> Focus:
        """The digest's interests."""
        return Focus(interests=self.settings.digest_interests)


@asynccontextmanager
async def build_core(settings: Settings, ends: Ends = REAL) -> AsyncIterator[Core]:
    """Open everything that needs no Telegram, and close it at the end. Raise `ConfigError`."""
    async with opened(settings, ends) as wiring:
        yield core_of(wiring)


@asynccontextmanager
async def opened(settings: Settings, ends: Ends = REAL) -> AsyncIterator[Wiring]:
    """Open in order what is to be closed, close it in the reverse order."""
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(
            open_store(settings.database_url, now=ends.now, price=price_of)
        )
        outbound = await stack.enter_async_context(outbound_by(settings))
        offload = ends.offload
        if offload is None:
            workers = Workers(stopped=_counted(store, ends.now))
            offload = await stack.enter_async_context(workers)
        chains = await open_chains(settings, store, outbound, ends.now, ends.sleep, stack)
        yield Wiring(
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
        )


def _counted(store: Store, now: Callable[[], datetime]) -> Heard:
    """Return what counts the work on texts that was stopped, for `stats`."""

    async def stopped(work: str, reason: str) -> None:
        try:
            await store.fetches.record_stopped(work, reason, now())
        except StoreError as error:  # the text has its outcome without it
            logger.warning("not counted: %s", error)

    return stopped


def core_of(wiring: Wiring) -> Core:
    """Build what needs no opening; what it remembers, a process would have to itself."""
    settings, store, now = wiring.settings, wiring.store, wiring.now
    chains, prompts = wiring.chains, wiring.prompts
    every = {spec.name: spec.open(wiring, settings.options_of(spec)) for spec in sources.SOURCES}
    read = wiring.ends.sources or tuple(every[name] for name in settings.sources)
    lookups = [source for source in every.values() if isinstance(source, Lookup)]
    deep_dives = wiring.ends.deep_dives or _deep_dives(wiring)
    scorer = Scorer(
        store=store,
        rank=wiring.ends.rank or (lambda papers, focus: _ranker()(papers, focus)),
        judge=chains.judge(prompts) if chains else None,
        second=chains.second_judge(prompts) if chains else None,
    )
    return Core(
        settings=settings,
        ends=wiring.ends,
        store=store,
        outbound=wiring.outbound,
        sources=read,
        deep_dives=deep_dives,
        question_answerer=_question_answerer(wiring),
        figures=_figures(wiring),
        takeaways=Takeaways(
            store,
            chains.light if chains else None,
            prompts["takeaway"],
            now=now,
            single_flight=wiring.single_flight,
        ),
        topic_interpreter=chains.topic_interpreter(prompts) if chains else None,
        builder=_builder(wiring, read, scorer, deep_dives),
        lists=_lists(wiring, scorer),
        lookup=PaperLookup(store.papers, store.texts, lookups, deep_dives),
        alerts=ModelAlerts(
            chains,
            store.calls,
            language=settings.digest_language,
            zone=settings.digest_timezone,
            now=now,
        ),
        prompts=prompts,
        chains=chains,
        stopped=_counted(store, now),
        now=now,
    )


def _builder(
    wiring: Wiring, sources: Sequence[Source], scorer: Scorer, deep_dives: DeepDives
) -> DigestBuilder:
    store, ends = wiring.store, wiring.ends
    gatherer = Gatherer(
        sources=sources,
        store=store,
        now=ends.now,
        clock=ends.monotonic,
        sleep=ends.alarm,
        first_day=ends.first_day,
        last_day=ends.last_day,
    )
    pick_reader = PickReader(store=store, deep_dives=deep_dives, now=ends.now)
    return DigestBuilder(
        gatherer=gatherer, store=store, scorer=scorer, pick_reader=pick_reader, now=ends.now
    )


@cache
def _ranker() -> "Ranker":
    """Return the local ranker, loaded at its first use.

    scipy and the ranker's tables take a third of a second, and a day that is already chosen
    needs neither.
    """
    from core.score.local import load_ranker

    return load_ranker()


def _lists(wiring: Wiring, scorer: Scorer) -> ListBuilder:
    settings = wiring.settings

    @cache
    def engine() -> "ListEngine":
        from core.personal.engine import ListEngine

        return ListEngine(_ranker())

    return ListBuilder(
        store=wiring.store,
        scorer=scorer,
        engine=engine,
        usual=Focus(interests=settings.digest_interests),
        top_n=settings.digest_top_n,
        most_calls=settings.focus_calls_per_day,
        now=wiring.now,
    )


def user_agent() -> str:
    """Return how we introduce ourselves to the services."""
    return f"Paperboy/{version('paperboy')} (daily paper digest; one request at a time)"


def _deep_dives(wiring: Wiring) -> DeepDives:
    settings, chains = wiring.settings, wiring.chains
    texts = FullText(
        wiring.http,
        hf_endpoint=endpoints_of(settings)["huggingface"],
        arxiv_endpoint=endpoints_of(settings)["arxiv"],
        gate=wiring.gate,
        offload=wiring.offload,
    )
    return DeepDives(
        store=wiring.store,
        texts=texts,
        reader=chains.reader(wiring.prompts, wiring.offload) if chains else None,
        now=wiring.now,
        single_flight=wiring.single_flight,
        offload=wiring.offload,
    )


def _question_answerer(wiring: Wiring) -> QuestionAnswerer:
    if wiring.chains is None:
        prompt = wiring.prompts["ask"]
        return QuestionAnswerer(None, prompt, max_input_tokens=0, offload=wiring.offload)
    return wiring.chains.question_answerer(wiring.prompts, wiring.offload)


def _figures(wiring: Wiring) -> Figures:
    settings = wiring.settings
    return Figures(
        ArxivFigures(
            wiring.http,
            endpoint=endpoints_of(settings)["arxiv"],
            gate=wiring.gate,
            offload=wiring.offload,
        ),
        memory=wiring.store.key_values,
        files=FigureFiles(settings.data_dir / "figures"),
        now=wiring.now,
        offload=wiring.offload,
    )


def _nothing() -> None:
    """There is no line to reorder."""
