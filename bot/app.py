"""Composition root: opens everything, and is the only file that knows everything.

The lists below say what the product can do; adding to it is one new file and one line here.
`core` gets plain values and open clients, never `Settings`.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.chains import Chains, open_chains
from bot.outside import outbound_by
from bot.settings import Settings
from core.analyze.asking import Asking
from core.analyze.desk import Desk
from core.analyze.takeaways import Takeaways
from core.aside import Aside
from core.digest import DigestBuilder
from core.errors import StoreError
from core.fetch import Lookup, Source
from core.fetch.arxiv import ArxivSource
from core.fetch.figures import ArxivFigures
from core.fetch.fulltext import FullText
from core.fetch.gate import Gate
from core.fetch.http import Http
from core.fetch.huggingface import HuggingFaceSource
from core.fetch.openreview import OpenReviewSource
from core.fetch.outbound import Outbound
from core.figure_files import FigureFiles
from core.figures import Figures
from core.gathering import Gatherer
from core.llm.flights import Flights
from core.llm.prompts import Prompts, load_prompts
from core.llm.providers import price_of
from core.models import Focus
from core.personal.maker import ListMaker
from core.readings import Readings
from core.score.understanding import Understander
from core.scoring import Scorer
from core.store import Store, open_store
from core.wish import Wish
from core.workers import Heard, Workers

if TYPE_CHECKING:  # numpy and scipy come with them
    from core.personal.engine import Engine
    from core.score.local import Ranker

logger = logging.getLogger(__name__)

ARXIV_INTERVAL = timedelta(seconds=3)
"""arXiv's terms: one request per three seconds and one connection over everything you run."""
Sleep = Callable[[float], Awaitable[None]]
AUDIENCE = "main"
"""Who the shell's digest is for. Channels and subscribers get audiences of their own."""


@dataclass(frozen=True)
class Wiring:
    """What the lists below build from."""

    settings: Settings
    outbound: Outbound
    http: Http
    gate: Gate
    now: Callable[[], datetime]
    aside: Aside
    """Where work on strangers' texts is done."""


def _huggingface(wiring: Wiring) -> HuggingFaceSource:
    settings = wiring.settings
    return HuggingFaceSource(
        wiring.http,
        endpoint=settings.hf_endpoint,
        top=settings.hf_top,
        now=wiring.now,
        aside=wiring.aside,
    )


def _arxiv(wiring: Wiring) -> ArxivSource:
    return ArxivSource(
        wiring.http,
        endpoint=wiring.settings.arxiv_endpoint,
        categories=wiring.settings.arxiv_categories,
        gate=wiring.gate,
        now=wiring.now,
        aside=wiring.aside,
    )


def _openreview(wiring: Wiring) -> Source:
    settings = wiring.settings
    return OpenReviewSource(
        wiring.http,
        endpoint=settings.openreview_endpoint,
        venues=settings.openreview_venues,
        username=settings.openreview_username or "",
        password=settings.openreview_password,
        now=wiring.now,
        aside=wiring.aside,
    )


SOURCES: Mapping[str, Callable[[Wiring], Source]] = {
    "huggingface": _huggingface,
    "arxiv": _arxiv,
    "openreview": _openreview,
}
LOOKUPS: Sequence[Callable[[Wiring], Lookup]] = (_arxiv, _huggingface)
"""Who is asked about a single paper, whatever `SOURCES` says."""


@dataclass(frozen=True)
class Services:
    """Everything open, for one run."""

    settings: Settings
    store: Store
    outbound: Outbound
    http: Http
    sources: Sequence[Source]
    lookups: Sequence[Lookup]
    desk: Desk
    asking: Asking
    figures: Figures
    takeaways: Takeaways
    understander: Understander | None
    """Of readers' own words; None without a key."""
    """What readers with topics of their own can do with a paper."""
    builder: DigestBuilder
    lists: ListMaker
    """For readers with topics or opinions of their own."""
    readings: Readings
    prompts: Prompts
    chains: Chains | None
    """Of models; None without a key."""
    stopped: Heard
    """Counts work on strangers' texts and pictures that was given up."""
    now: Callable[[], datetime]

    @property
    def wish(self) -> Wish:
        """What the settings ask of a day."""
        return Wish(
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
    aside: Aside | None = None,
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
        if aside is None:
            aside = await stack.enter_async_context(Workers(stopped=_counted(store, now)))
        gate = Gate(arxiv_interval, sleep=sleep)
        wiring = Wiring(settings, outbound, http, gate, now, aside)
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
    sources = tuple(SOURCES[name](wiring) for name in settings.sources)
    # What has become urgent moves up in the planner's line.
    flights = Flights(reordered=chains.planner.reorder if chains else _nothing, now=now)
    desk = _desk(wiring, store, chains, prompts, flights)
    readings = Readings(store=store, desk=desk, now=now)
    gatherer = Gatherer(
        sources=sources,
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
    )
    return Services(
        settings=settings,
        store=store,
        outbound=wiring.outbound,
        http=wiring.http,
        sources=sources,
        lookups=[lookup(wiring) for lookup in LOOKUPS],
        desk=desk,
        asking=_asking(chains, prompts, wiring.aside),
        figures=_figures(wiring, store),
        understander=chains.understander(prompts) if chains else None,
        takeaways=Takeaways(
            store,
            chains.light if chains else None,
            prompts["takeaway"],
            now=now,
            flights=flights,
        ),
        builder=DigestBuilder(
            gatherer=gatherer, store=store, scorer=scorer, readings=readings, now=now
        ),
        lists=_lists(settings, store, scorer, ranker, now),
        readings=readings,
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
) -> ListMaker:
    @cache
    def engine() -> "Engine":
        from core.personal.engine import Engine

        return Engine(ranker())

    return ListMaker(
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


def _desk(
    wiring: Wiring, store: Store, chains: Chains | None, prompts: Prompts, flights: Flights
) -> Desk:
    settings = wiring.settings
    texts = FullText(
        wiring.http,
        hf_endpoint=settings.hf_endpoint,
        arxiv_endpoint=settings.arxiv_endpoint,
        gate=wiring.gate,
        aside=wiring.aside,
    )
    reader = chains.reader(prompts, wiring.aside) if chains else None
    return Desk(
        store=store,
        texts=texts,
        reader=reader,
        now=wiring.now,
        flights=flights,
        aside=wiring.aside,
    )


def _asking(chains: Chains | None, prompts: Prompts, aside: Aside) -> Asking:
    if chains is None:
        return Asking(None, prompts["ask"], max_input_tokens=0, aside=aside)
    return chains.asking(prompts, aside)


def _figures(wiring: Wiring, store: Store) -> Figures:
    settings = wiring.settings
    return Figures(
        ArxivFigures(
            wiring.http, endpoint=settings.arxiv_endpoint, gate=wiring.gate, aside=wiring.aside
        ),
        memory=store.facts,
        files=FigureFiles(settings.data_dir / "figures"),
        now=wiring.now,
        aside=wiring.aside,
    )


def _nothing() -> None:
    """There is no line to reorder."""
