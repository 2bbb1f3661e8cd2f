"""The product's model calls against a loopback Gemini with quotas, on simulated time.

Everything between the question and the socket is real: planner, chain, ledger in SQLite,
google-genai, HTTP. Only time is not, and who answers.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from core.fetch.outbound import Outbound
from core.llm.chain import ModelChain
from core.llm.ledger import CallLog
from core.llm.providers.gemini.client import Gemini, open_gemini
from core.llm.quota.planner import Planner
from core.llm.quota.shares import Shares
from core.llm.quota_limits import QuotaLimits
from core.store import Store, open_store
from tests.databases import fresh
from tests.fakes import never
from tests.policies import one_policy
from tests.servers.gemini import KEY, FakeGemini, serving_gemini
from tests.servers.quotas import Meter, Quotas
from tests.simulation import SimClock, WorkingLog, WorkingModel

SCORING, READING, OTHER = 20.0, 40.0, 10.0
"""Seconds an answer takes."""
OVERHEAD = 0.3
"""Seconds a refusal or a count takes: long enough for others to be sent meanwhile."""
FREE = Quotas(rpm=5, tpm=250_000, rpd=20)
"""What a free key was allowed in 2026."""
ACCOUNT = "a key"
FLASH, LITE = "gemini-flash-latest", "gemini-flash-lite-latest"


def latency(body: Mapping[str, Any]) -> float:
    """Return how long a model works on this."""
    asked = body["generationConfig"]["responseJsonSchema"]["properties"]
    return SCORING if "scores" in asked else READING if "contribution" in asked else OTHER


@dataclass(frozen=True)
class World:
    """A provider that outlives any run of ours."""

    clock: SimClock
    meter: Meter
    gemini: FakeGemini
    client: Gemini

    def model(self, name: str = FLASH) -> WorkingModel:
        """Return one of the provider's models."""
        return WorkingModel(self.client.model(name), self.clock)

    def chain(
        self,
        log: CallLog,
        limits: QuotaLimits,
        *,
        shares: Shares,
        models: Sequence[str] = (FLASH,),
    ) -> ModelChain:
        """Return a chain as a fresh process has it: what it knows is in `log`."""
        planner = Planner(
            log=log,
            policy_of=one_policy(limits, ACCOUNT),
            shares=shares,
            now=self.clock.now,
            sleep=self.clock.sleep,
        )
        return ModelChain(
            [self.model(name) for name in models],
            planner=planner,
            now=self.clock.now,
            sleep=self.clock.sleep,
            jitter=never,
        )

    @asynccontextmanager
    async def store(self, path: Path) -> AsyncIterator[tuple[Store, WorkingLog]]:
        """Give the store in `path`, and its ledger for use on simulated time."""
        async with open_store(fresh(path.parent, path.name), now=self.clock.now) as store:
            yield store, WorkingLog(store.calls, self.clock)


@asynccontextmanager
async def open_world(
    start: datetime, quotas: Quotas, *, others: Mapping[str, Quotas] | None = None
) -> AsyncIterator[World]:
    """Give a world at `start` whose models allow `quotas`, or what `others` says by name."""
    clock = SimClock(start)
    meter = Meter(clock.now, dict(others or {}), default=quotas)
    gemini = FakeGemini(
        meter=meter, latency=latency, overhead=OVERHEAD, pause=clock.rest_for_question
    )
    async with serving_gemini(gemini) as url:
        # A timeout in real seconds: nothing here takes any.
        timeout = timedelta(seconds=60)
        async with open_gemini(
            SecretStr(KEY), base_url=url, outbound=Outbound(endpoints=[url]), timeout=timeout
        ) as client:
            yield World(clock, meter, gemini, client)
