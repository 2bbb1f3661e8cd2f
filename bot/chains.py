"""The models, and the one planner in front of them; nothing of it without a provider."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, fields
from datetime import datetime
from math import inf

from pydantic import SecretStr

from bot.outbound import url_of
from bot.settings import Settings
from core.analyze.model_reader import ModelReader
from core.analyze.questions import QuestionAnswerer
from core.fetch.outbound import Outbound
from core.judge.judge import ModelJudge
from core.judge.topics import TopicInterpreter
from core.llm import LLM
from core.llm.chain import ModelChain
from core.llm.policy import ProviderPolicy
from core.llm.prompts import Prompts
from core.llm.providers import PROVIDERS, Provider, provider_of
from core.llm.quota.planner import Budget, Planner
from core.llm.quota.shares import Shares
from core.llm.quota_limits import QuotaLimits
from core.sandbox.offload import Offload
from core.store import Store

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
    """Chains of models for the kinds of work, behind one planner."""

    planner: Planner
    score: ModelChain
    analyze: ModelChain
    light: ModelChain
    """For what needs no large model: whose budget is the largest goes first."""

    providers: Mapping[ProviderPolicy, ModelChain]
    """Each provider's models by themselves."""

    async def budgets(self) -> list[Budget]:
        """Return how the budgets of all models stand."""
        models = dict.fromkeys((*self.score.models, *self.analyze.models))
        return [await self.planner.budget(model) for model in models]

    def judge(self, prompts: Prompts) -> ModelJudge:
        """Return who scores."""
        room = self._room(self.score, SCORING_TOKENS)
        return ModelJudge(self.score, prompts["score"], max_input_tokens=room)

    def topic_interpreter(self, prompts: Prompts) -> TopicInterpreter:
        """Return who understands readers' own words."""
        return TopicInterpreter(self.light, prompts["topics"])

    def reader(self, prompts: Prompts, offload: Offload) -> ModelReader:
        """Return who reads."""
        room = self._room(self.analyze, READING_TOKENS)
        read, mend = prompts["read"], prompts["mend"]
        return ModelReader(self.analyze, read, mend, max_input_tokens=room, offload=offload)

    def question_answerer(self, prompts: Prompts, offload: Offload) -> QuestionAnswerer:
        """Return who answers questions about papers."""
        room = self._room(self.analyze, ASKING_TOKENS)
        return QuestionAnswerer(
            self.analyze, prompts["ask"], max_input_tokens=room, offload=offload
        )

    def _room(self, chain: ModelChain, tokens: int) -> int:
        """Return a question's budget: what is wanted, as far as a minute has it, with some air.

        The roomiest model's minute: a smaller one is passed over, and the question stays whole.
        """
        minutes = [self.planner.policy_of(m).limits_of(m).tpm or 10 * tokens for m in chain.models]
        return min(tokens, max(minutes) * 9 // 10)


async def open_chains(
    settings: Settings,
    store: Store,
    outbound: Outbound,
    now: Callable[[], datetime],
    sleep: Callable[[float], Awaitable[None]],
    stack: AsyncExitStack,
) -> Chains | None:
    """Return the models' chains; None when no model can be asked. `stack` closes the clients."""
    score, analyze = _lists(settings)
    named = tuple(dict.fromkeys((*score, *analyze)))
    if not named:
        return None
    models: dict[str, LLM] = {}
    policies: dict[str, ProviderPolicy] = {}
    for provider in PROVIDERS:
        if own := [name for name in named if provider_of(name) is provider]:
            policy = _policy(provider, settings)
            client = await stack.enter_async_context(
                provider.open(
                    key_of(provider.policy, settings),
                    base_url=policy.url,
                    outbound=outbound,
                    timeout=policy.timeout,
                )
            )
            models |= {name: client.model(name) for name in own}
            policies |= dict.fromkeys(own, policy)
    planner = Planner(
        log=store.calls,
        policy_of=policies.__getitem__,
        shares=Shares(digest=1 + settings.digest_top_n + SPARE_CALLS),
        now=now,
        sleep=sleep,
    )
    chain = ModelChain([models[name] for name in score], planner=planner, now=now, sleep=sleep)

    def of(names: Iterable[str]) -> ModelChain:
        # Siblings: all know the same of the models.
        return chain.with_models([models[name] for name in names])

    def requests(name: str) -> float:
        return policies[name].limits_of(name).rpd or inf

    return Chains(
        planner,
        score=chain,
        analyze=of(analyze),
        light=of(sorted(named, key=requests, reverse=True)),
        providers={
            policy: of(name for name in named if policies[name] is policy)
            for policy in dict.fromkeys(policies.values())
        },
    )


def is_set(policy: ProviderPolicy, settings: Settings) -> bool:
    """Whether a provider's models can be asked."""
    if key_of(policy, settings) is not None:
        return True
    return not policy.needs_key and url_of(policy, settings) != policy.url


def skipped(policy: ProviderPolicy, settings: Settings) -> tuple[str, ...]:
    """Return the models that are named, but not asked: their provider is not set."""
    return () if is_set(policy, settings) else named(policy, settings)


def named(policy: ProviderPolicy, settings: Settings) -> tuple[str, ...]:
    """Return a provider's models in the settings."""
    names = dict.fromkeys((*settings.gemini_score_models, *settings.gemini_analyze_models))
    return tuple(name for name in names if provider_of(name).policy is policy)


def key_of(policy: ProviderPolicy, settings: Settings) -> SecretStr | None:
    """Return the key for a provider."""
    key: SecretStr | None = getattr(settings, policy.key_setting.lower())
    return key


def _lists(settings: Settings) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the models for scoring and for reading that can be asked; one list stands for both."""
    score, analyze = (
        tuple(name for name in names if is_set(provider_of(name).policy, settings))
        for names in (settings.gemini_score_models, settings.gemini_analyze_models)
    )
    return score or analyze, analyze or score


def _policy(provider: Provider, settings: Settings) -> ProviderPolicy:
    """Return a provider's policy for the account in the settings."""
    name = provider.policy.name
    own = {
        field.name: getattr(settings, f"{name}_{field.name}", None) for field in fields(QuotaLimits)
    }
    return provider.policy.of(
        key_of(provider.policy, settings),
        url_of(provider.policy, settings),
        {field: limit for field, limit in own.items() if limit is not None},
    )
