"""Composition root: opens everything, and is the only file that knows everything.

The lists below say what the product can do; adding to it is one new file and one line here.
`core` gets plain values and open clients, never `Settings`.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from importlib.resources import files

import aiohttp

from bot.chains import Chains, open_chains
from bot.settings import Settings
from core.analyze.desk import Desk
from core.digest import DigestBuilder, Wish
from core.fetch import Lookup, Source
from core.fetch.arxiv import ArxivSource
from core.fetch.fulltext import FullText
from core.fetch.gate import Gate
from core.fetch.http import Http
from core.fetch.huggingface import HuggingFaceSource
from core.fetch.openreview import OpenReviewSource
from core.gathering import Gatherer
from core.llm.chain import ModelChain
from core.llm.flights import Flights
from core.llm.prices import load_prices
from core.llm.prompts import Prompts, load_prompts
from core.llm.quota.planner import Planner
from core.models import Focus, LocalScore, NoteKind, Paper
from core.readings import OnDemand, Readings
from core.scoring import Rank
from core.store import Store, open_store

ARXIV_INTERVAL = timedelta(seconds=3)
"""arXiv's terms: one request per three seconds and one connection over everything you run."""
HTTP_TIMEOUT = timedelta(seconds=60)
Sleep = Callable[[float], Awaitable[None]]
AUDIENCE = "main"
"""Who the shell's digest is for. Channels and subscribers get audiences of their own."""


@dataclass(frozen=True)
class Wiring:
    """What the lists below build from."""

    settings: Settings
    http: Http
    gate: Gate
    now: Callable[[], datetime]


def _huggingface(wiring: Wiring) -> HuggingFaceSource:
    settings = wiring.settings
    return HuggingFaceSource(
        wiring.http, endpoint=settings.hf_endpoint, top=settings.hf_top, now=wiring.now
    )


def _arxiv(wiring: Wiring) -> ArxivSource:
    return ArxivSource(
        wiring.http,
        endpoint=wiring.settings.arxiv_endpoint,
        categories=wiring.settings.arxiv_categories,
        gate=wiring.gate,
        now=wiring.now,
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
    http: Http
    sources: Sequence[Source]
    lookups: Sequence[Lookup]
    desk: Desk
    builder: DigestBuilder
    personal: DigestBuilder
    """For readers with topics of their own: scored locally, read when opened."""
    readings: Readings
    prompts: Prompts
    chain: ModelChain | None
    """For the doctor's question; None without a key."""
    planner: Planner | None
    """Every model call's budget; None without a key."""
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
) -> AsyncIterator[Services]:
    """Open everything in order, close it in the reverse order. Raise `ConfigError`.

    `now` and `sleep` are the process' only clock and its only way to wait for one; the sources
    are asked for nothing before `first_day`.
    """
    async with AsyncExitStack() as stack:
        prompts = load_prompts(files("prompts"))
        store = await stack.enter_async_context(
            open_store(settings.database_url, now=now, price=load_prices())
        )
        session = await stack.enter_async_context(
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=HTTP_TIMEOUT.total_seconds()))
        )
        http = Http(session, user_agent=user_agent(), sleep=sleep)
        wiring = Wiring(settings, http, Gate(arxiv_interval, sleep=sleep), now)
        sources = tuple(SOURCES[name](wiring) for name in settings.sources)
        chains = await open_chains(settings, store, now, sleep, stack)
        desk = _desk(wiring, store, chains, prompts)
        readings = Readings(store=store, desk=desk, now=now)
        gatherer = Gatherer(
            sources=sources, store=store, now=now, clock=time.monotonic, first_day=first_day
        )
        rank = _rank_when_needed()
        yield Services(
            settings=settings,
            store=store,
            http=http,
            sources=sources,
            lookups=[lookup(wiring) for lookup in LOOKUPS],
            desk=desk,
            builder=DigestBuilder(
                gatherer=gatherer,
                store=store,
                rank=rank,
                judge=chains.judge(prompts) if chains else None,
                readings=readings,
                now=now,
            ),
            personal=DigestBuilder(
                gatherer=gatherer,
                store=store,
                rank=rank,
                judge=None,
                readings=OnDemand(),
                now=now,
                unjudged=NoteKind.OWN_TOPICS,
            ),
            readings=readings,
            prompts=prompts,
            chain=chains.score if chains else None,
            planner=chains.planner if chains else None,
            now=now,
        )


def _rank_when_needed() -> Rank:
    """Return the local ranker, loaded at its first use.

    scipy and the ranker's tables take a third of a second, and a day that is already chosen
    needs neither.
    """
    loaded: list[Rank] = []

    def rank(papers: Sequence[Paper], focus: Focus) -> list[LocalScore]:
        if not loaded:
            from core.score.local import load_ranker

            loaded.append(load_ranker())
        return loaded[0](papers, focus)

    return rank


def user_agent() -> str:
    """Return how we introduce ourselves to the services."""
    return f"Paperboy/{version('paperboy')} (daily paper digest; one request at a time)"


def _desk(wiring: Wiring, store: Store, chains: Chains | None, prompts: Prompts) -> Desk:
    settings = wiring.settings
    texts = FullText(
        wiring.http,
        hf_endpoint=settings.hf_endpoint,
        arxiv_endpoint=settings.arxiv_endpoint,
        gate=wiring.gate,
    )
    reader = chains.reader(prompts) if chains else None
    # A reading that has become urgent moves up in the planner's line.
    flights = Flights(reordered=chains.planner.reorder if chains else _nothing)
    return Desk(store=store, texts=texts, reader=reader, now=wiring.now, flights=flights)


def _nothing() -> None:
    """There is no line to reorder."""
