"""Composition root: opens everything, and is the only file that knows everything.

The lists below say what the product can do; adding to it is one new file and one line here.
`core` gets plain values and open clients, never `Settings`.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from importlib.resources import files

import aiohttp

from bot.settings import Settings
from core.analyze.desk import Desk
from core.analyze.reader import Reader
from core.digest import DigestBuilder, Wish
from core.fetch import Lookup, Source
from core.fetch.arxiv import ArxivSource
from core.fetch.fulltext import FullText
from core.fetch.gate import Gate
from core.fetch.http import Http
from core.fetch.huggingface import HuggingFaceSource
from core.fetch.openreview import OpenReviewSource
from core.llm.chain import ModelChain
from core.llm.gemini import open_gemini
from core.llm.prices import load_prices
from core.llm.prompts import Prompts, load_prompts
from core.models import Focus, LocalScore, Paper
from core.score.judge import Judge
from core.scoring import Rank
from core.store import Store, open_store

ARXIV_INTERVAL = timedelta(seconds=3)
"""arXiv's terms: one request per three seconds and one connection over everything you run."""
HTTP_TIMEOUT = timedelta(seconds=60)
GEMINI_TIMEOUT = timedelta(seconds=120)
Sleep = Callable[[float], Awaitable[None]]
READING_TOKENS = 60_000
"""Input budget of one deep reading: four of them fit a free minute's 250,000 tokens."""
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
    prompts: Prompts
    chain: ModelChain | None
    """For the doctor's question; None without a key."""
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
) -> AsyncIterator[Services]:
    """Open everything in order, close it in the reverse order. Raise `ConfigError`.

    `now` and `sleep` are the process' only clock and its only way to wait for one.
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
        chains = await _chains(settings, store, now, sleep, stack)
        desk = _desk(wiring, store, chains, prompts)
        yield Services(
            settings=settings,
            store=store,
            http=http,
            sources=sources,
            lookups=[lookup(wiring) for lookup in LOOKUPS],
            desk=desk,
            builder=DigestBuilder(
                sources=sources,
                store=store,
                rank=_rank_when_needed(),
                judge=Judge(chains.score, prompts["score"]) if chains else None,
                desk=desk,
                now=now,
                clock=time.monotonic,
            ),
            prompts=prompts,
            chain=chains.score if chains else None,
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


@dataclass(frozen=True)
class _Chains:
    score: ModelChain
    analyze: ModelChain


async def _chains(
    settings: Settings,
    store: Store,
    now: Callable[[], datetime],
    sleep: Sleep,
    stack: AsyncExitStack,
) -> _Chains | None:
    """Return the models' chains for scoring and reading; None without a key."""
    if settings.gemini_api_key is None:
        return None
    gemini = await stack.enter_async_context(
        open_gemini(
            settings.gemini_api_key,
            base_url=settings.google_gemini_base_url,
            timeout=GEMINI_TIMEOUT,
        )
    )
    names = dict.fromkeys((*settings.gemini_score_models, *settings.gemini_analyze_models))
    models = {name: gemini.model(name) for name in names}
    score = ModelChain(
        [models[name] for name in settings.gemini_score_models],
        log=store.calls,
        rpm=settings.gemini_rpm,
        rpd=settings.gemini_rpd,
        now=now,
        sleep=sleep,
    )
    # A sibling: both count in the same minutes and days.
    analyze = score.with_models([models[name] for name in settings.gemini_analyze_models])
    return _Chains(score, analyze)


def _desk(wiring: Wiring, store: Store, chains: _Chains | None, prompts: Prompts) -> Desk:
    settings = wiring.settings
    texts = FullText(
        wiring.http,
        hf_endpoint=settings.hf_endpoint,
        arxiv_endpoint=settings.arxiv_endpoint,
        gate=wiring.gate,
    )
    reader = (
        Reader(chains.analyze, prompts["read"], max_input_tokens=READING_TOKENS) if chains else None
    )
    return Desk(store=store, texts=texts, reader=reader, now=wiring.now)
