"""Composition root: opens everything, and is the only file that knows everything.

The lists below say what the product can do; adding to it is one new file and one line here.
`core` gets plain values and open clients, never `Settings`.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.chains import Chains, open_chains
from bot.outbound import outbound_by
from bot.settings import Settings
from core.analyze.deep_dives import DeepDives
from core.analyze.questions import QuestionAnswerer
from core.analyze.takeaways import Takeaways
from core.digest.builder import DigestBuilder
from core.digest.gather import Gatherer
from core.digest.read import PickReader
from core.digest.score import Scorer
from core.documents.full_text import FullText
from core.fetch import Lookup, Source, arxiv, huggingface, sources
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


@dataclass(frozen=True)
class Wiring(Tools):
    """What is built from."""

    settings: Settings
    outbound: Outbound


@dataclass(frozen=True)
class Services:
    """Everything open, for one run."""

    settings: Settings
    store: Store
    outbound: Outbound
    http: Http
    sources: Sequence[Source]
    lookups: Sequence[Lookup]
    deep_dives: DeepDives
    question_answerer: QuestionAnswerer
    figures: Figures
    takeaways: Takeaways
    topic_interpreter: TopicInterpreter | None
    """Of readers' own words; None without a key."""
    """What readers with topics of their own can do with a paper."""
    builder: DigestBuilder
    lists: ListBuilder
    """For readers with topics or opinions of their own."""
    pick_reader: PickReader
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


def utc_now() -> datetime:
    """Return the time; the only clock reading, handed to everything else as an argument."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_services(
    settings: Settings,
    *,
    now: Callable[[], datetime] = utc_now,
    sleep: Sleep = asyncio.sleep,
    arxiv_interval: timedelta = ARXIV_INTERVAL,
    first_day: date = date.min,
    last_day: date = date.max,
    offload: Offload | None = None,
) -> AsyncIterator[Services]:
    """Open everything in order, close it in the reverse order. Raise `ConfigError`.

    `now` and `sleep` are the process' only clock and its only way to wait for one; the sources
    are asked for nothing before `first_day` and of no day after `last_day`. Strangers' texts are
    worked on by processes of our own, where no other way is given.
    """
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(
            open_store(settings.database_url, now=now, price=price_of)
        )
        outbound = await stack.enter_async_context(outbound_by(settings))
        http = Http(outbound, user_agent=user_agent(), sleep=sleep)
        if offload is None:
            offload = await stack.enter_async_context(Workers(stopped=_counted(store, now)))
        gate = Gate(arxiv_interval, sleep=sleep)
        wiring = Wiring(http, gate, now, offload, settings, outbound)
        chains = await open_chains(settings, store, outbound, now, sleep, stack)
        yield _services(wiring, store, chains, (first_day, last_day))


def _counted(store: Store, now: Callable[[], datetime]) -> Heard:
    """Return what counts the work on texts that was stopped, for `stats`."""

    async def stopped(work: str, reason: str) -> None:
        try:
            await store.fetches.record_stopped(work, reason, now())
        except StoreError as error:  # the text has its outcome without it
            logger.warning("not counted: %s", error)

    return stopped


def _services(
    wiring: Wiring, store: Store, chains: Chains | None, days: tuple[date, date]
) -> Services:
    settings, now = wiring.settings, wiring.now
    prompts = load_prompts(files("prompts"))
    opened = {spec.name: spec.open(wiring, settings.options_of(spec)) for spec in sources.SOURCES}
    read = tuple(opened[name] for name in settings.sources)
    # What has become urgent moves up in the planner's line.
    single_flight = SingleFlight(reordered=chains.planner.reorder if chains else _nothing, now=now)
    deep_dives = _deep_dives(wiring, store, chains, prompts, single_flight)
    pick_reader = PickReader(store=store, deep_dives=deep_dives, now=now)
    gatherer = Gatherer(
        sources=read,
        store=store,
        now=now,
        clock=time.monotonic,
        first_day=days[0],
        last_day=days[1],
    )
    ranker = _ranker_when_needed()
    scorer = Scorer(
        store=store,
        rank=lambda papers, focus: ranker()(papers, focus),
        judge=chains.judge(prompts) if chains else None,
        second=chains.second_judge(prompts) if chains else None,
    )
    return Services(
        settings=settings,
        store=store,
        outbound=wiring.outbound,
        http=wiring.http,
        sources=read,
        lookups=[source for source in opened.values() if isinstance(source, Lookup)],
        deep_dives=deep_dives,
        question_answerer=_question_answerer(chains, prompts, wiring.offload),
        figures=_figures(wiring, store),
        topic_interpreter=chains.topic_interpreter(prompts) if chains else None,
        takeaways=Takeaways(
            store,
            chains.light if chains else None,
            prompts["takeaway"],
            now=now,
            single_flight=single_flight,
        ),
        builder=DigestBuilder(
            gatherer=gatherer, store=store, scorer=scorer, pick_reader=pick_reader, now=now
        ),
        lists=_lists(settings, store, scorer, ranker, now),
        pick_reader=pick_reader,
        prompts=prompts,
        chains=chains,
        stopped=_counted(store, now),
        now=now,
    )


def _ranker_when_needed() -> "Callable[[], Ranker]":
    """Return how to get the local ranker, loaded at its first use.

    scipy and the ranker's tables take a third of a second, and a day that is already chosen
    needs neither.
    """

    @cache
    def ranker() -> "Ranker":
        from core.score.local import load_ranker

        return load_ranker()

    return ranker


def _lists(
    settings: Settings,
    store: Store,
    scorer: Scorer,
    ranker: "Callable[[], Ranker]",
    now: Callable[[], datetime],
) -> ListBuilder:
    @cache
    def engine() -> "ListEngine":
        from core.personal.engine import ListEngine

        return ListEngine(ranker())

    return ListBuilder(
        store=store,
        scorer=scorer,
        engine=engine,
        usual=Focus(interests=settings.digest_interests),
        top_n=settings.digest_top_n,
        most_calls=settings.focus_calls_per_day,
        now=now,
    )


def user_agent() -> str:
    """Return how we introduce ourselves to the services."""
    return f"Paperboy/{version('paperboy')} (daily paper digest; one request at a time)"


def _deep_dives(
    wiring: Wiring,
    store: Store,
    chains: Chains | None,
    prompts: Prompts,
    single_flight: SingleFlight,
) -> DeepDives:
    settings = wiring.settings
    texts = FullText(
        wiring.http,
        hf_endpoint=settings.endpoint_of(huggingface.SPEC),
        arxiv_endpoint=settings.endpoint_of(arxiv.SPEC),
        gate=wiring.gate,
        offload=wiring.offload,
    )
    reader = chains.reader(prompts, wiring.offload) if chains else None
    return DeepDives(
        store=store,
        texts=texts,
        reader=reader,
        now=wiring.now,
        single_flight=single_flight,
        offload=wiring.offload,
    )


def _question_answerer(
    chains: Chains | None, prompts: Prompts, offload: Offload
) -> QuestionAnswerer:
    if chains is None:
        return QuestionAnswerer(None, prompts["ask"], max_input_tokens=0, offload=offload)
    return chains.question_answerer(prompts, offload)


def _figures(wiring: Wiring, store: Store) -> Figures:
    settings = wiring.settings
    return Figures(
        ArxivFigures(
            wiring.http,
            endpoint=settings.endpoint_of(arxiv.SPEC),
            gate=wiring.gate,
            offload=wiring.offload,
        ),
        memory=store.key_values,
        files=FigureFiles(settings.data_dir / "figures"),
        now=wiring.now,
        offload=wiring.offload,
    )


def _nothing() -> None:
    """There is no line to reorder."""
