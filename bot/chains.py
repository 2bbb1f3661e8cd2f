"""The models, and the one planner in front of them; nothing of it without a key."""

import hashlib
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import SecretStr

from bot.outside import endpoints_of
from bot.settings import Settings
from core.analyze.asking import Asking
from core.analyze.reader import Reader
from core.aside import Aside
from core.fetch.outbound import Outbound
from core.llm.chain import ModelChain
from core.llm.gemini import open_gemini
from core.llm.prompts import Prompts
from core.llm.quota.limits import Limits
from core.llm.quota.planner import Planner
from core.llm.quota.shares import Shares
from core.score.judge import Judge
from core.score.understanding import Understander
from core.store import Store

GEMINI_TIMEOUT = timedelta(seconds=120)
READING_TOKENS = 60_000
"""Input budget of one deep reading: four of them fit a free minute's 250,000 tokens."""
ASKING_TOKENS = 40_000
"""Input budget of one question about a paper."""
SCORING_TOKENS = 60_000
"""Input budget of one scoring call: a hundred abstracts; its output is full before that."""
SPARE_CALLS = 1
"""Kept for the digest beyond one call of scoring and one for each reading."""


@dataclass(frozen=True)
class Chains:
    """Chains of models for the two kinds of work, behind one planner."""

    planner: Planner
    score: ModelChain
    analyze: ModelChain

    def judge(self, prompts: Prompts) -> Judge:
        """Return who scores."""
        room = self._room(SCORING_TOKENS)
        return Judge(self.score, prompts["score"], max_input_tokens=room)

    def understander(self, prompts: Prompts) -> Understander:
        """Return who understands readers' own words."""
        return Understander(self.score, prompts["topics"])

    def reader(self, prompts: Prompts, aside: Aside) -> Reader:
        """Return who reads."""
        room = self._room(READING_TOKENS)
        read, mend = prompts["read"], prompts["mend"]
        return Reader(self.analyze, read, mend, max_input_tokens=room, aside=aside)

    def asking(self, prompts: Prompts, aside: Aside) -> Asking:
        """Return who answers questions about papers."""
        room = self._room(ASKING_TOKENS)
        return Asking(self.analyze, prompts["ask"], max_input_tokens=room, aside=aside)

    def _room(self, tokens: int) -> int:
        """Return a question's budget: what is wanted, as far as a minute has it, with some air."""
        tpm = self.planner.limits.tpm
        return min(tokens, tpm * 9 // 10) if tpm else tokens


async def open_chains(
    settings: Settings,
    store: Store,
    outbound: Outbound,
    now: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[None]],
    stack: AsyncExitStack,
) -> Chains | None:
    """Return the models' chains; None without a key. `stack` closes the client."""
    if settings.gemini_api_key is None:
        return None
    gemini = await stack.enter_async_context(
        open_gemini(
            settings.gemini_api_key,
            base_url=endpoints_of(settings)["gemini"],
            outbound=outbound,
            timeout=GEMINI_TIMEOUT,
        )
    )
    names = dict.fromkeys((*settings.gemini_score_models, *settings.gemini_analyze_models))
    models = {name: gemini.model(name) for name in names}
    planner = Planner(
        log=store.calls,
        account=account_of(settings.gemini_api_key),
        limits=Limits(settings.gemini_rpm, settings.gemini_tpm, settings.gemini_rpd),
        shares=Shares(digest=1 + settings.digest_top_n + SPARE_CALLS),
        now=now,
        sleep=sleep,
    )
    score = ModelChain(
        [models[name] for name in settings.gemini_score_models],
        planner=planner,
        now=now,
        sleep=sleep,
    )
    # A sibling: both know the same of the models.
    analyze = score.with_models([models[name] for name in settings.gemini_analyze_models])
    return Chains(planner, score, analyze)


def account_of(key: SecretStr) -> str:
    """Return a fingerprint of a key: quotas are the key's, and it must not be in the database."""
    return hashlib.sha256(key.get_secret_value().encode()).hexdigest()[:12]
