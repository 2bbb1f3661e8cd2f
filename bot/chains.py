"""The models, and the one planner in front of them; nothing of it without a provider."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, fields
from datetime import datetime
from math import inf

from pydantic import SecretStr

from bot.outbound import url_of
from bot.settings import MODEL_LISTS, Settings
from core.analyze.model_reader import ModelReader
from core.analyze.questions import QuestionAnswerer
from core.analyze.second_look import SecondLooker
from core.fetch.outbound import Outbound
from core.judge.judge import ModelJudge
from core.judge.topics import TopicInterpreter
from core.llm import LLM, providers
from core.llm.chain import ModelChain
from core.llm.policy import ProviderPolicy
from core.llm.prompts import Prompts
from core.llm.providers import provider_of
from core.llm.quota.planner import Budget, Planner
from core.llm.quota.shares import Shares
from core.llm.quota_limits import QuotaLimits
from core.sandbox.offload import Offload
from core.store import Store

logger = logging.getLogger(__name__)

READING_TOKENS = 60_000
"""Input budget of one deep reading: four of them fit a free minute's 250,000 tokens."""
ASKING_TOKENS = 40_000
"""Input budget of one question about a paper."""
LOOKING_TOKENS = 150_000
"""Input budget of a second look at a whole paper: nearly all fit."""
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
    """Those for scoring, for what needs no large model: the largest budget goes first."""

    providers: Mapping[ProviderPolicy, ModelChain]
    """Each provider's models by themselves."""

    async def budgets(self) -> list[Budget]:
        models = dict.fromkeys((*self.score.models, *self.analyze.models))
        return [await self.planner.budget(model) for model in models]

    def judge(self, prompts: Prompts) -> ModelJudge:
        return self._judge(self.score, prompts)

    def second_judge(self, prompts: Prompts) -> ModelJudge:
        return self._judge(self.light, prompts)

    def _judge(self, chain: ModelChain, prompts: Prompts) -> ModelJudge:
        room = self._room(chain, SCORING_TOKENS)
        return ModelJudge(chain, prompts["score"], max_input_tokens=room)

    def topic_interpreter(self, prompts: Prompts) -> TopicInterpreter:
        return TopicInterpreter(self.light, prompts["topics"])

    def reader(self, prompts: Prompts, offload: Offload) -> ModelReader:
        room = self._room(self.analyze, READING_TOKENS)
        return ModelReader(self.analyze, prompts["read"], max_input_tokens=room, offload=offload)

    def second_looker(self, prompts: Prompts, offload: Offload) -> SecondLooker:
        """Return who looks again at what was stated."""
        room = self._room(self.light, LOOKING_TOKENS)
        return SecondLooker(self.light, prompts["check"], max_input_tokens=room, offload=offload)

    def question_answerer(
        self, prompts: Prompts, offload: Offload, now: Callable[[], datetime]
    ) -> QuestionAnswerer:
        room = self._room(self.analyze, ASKING_TOKENS)
        return QuestionAnswerer(
            self.analyze,
            prompts["ask"],
            max_input_tokens=room,
            now=now,
            looker=self.second_looker(prompts, offload),
            offload=offload,
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
    if score:  # without any model that is an ordinary state
        for _, what, advice in passed_over(settings):
            logger.warning("%s; %s", what, advice)
    else:
        return None
    used = tuple(dict.fromkeys((*score, *analyze)))
    models, policies = await _open_models(used, settings, outbound, stack)
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
        light=of(sorted(score, key=requests, reverse=True)),
        providers={
            policy: of(name for name in used if policies[name] is policy)
            for policy in dict.fromkeys(policies.values())
        },
    )


async def _open_models(
    names: Sequence[str], settings: Settings, outbound: Outbound, stack: AsyncExitStack
) -> tuple[dict[str, LLM], dict[str, ProviderPolicy]]:
    """Return models and their providers' policies by the models' names: one client a provider."""
    models: dict[str, LLM] = {}
    policies: dict[str, ProviderPolicy] = {}
    for provider in dict.fromkeys(map(provider_of, names)):
        own = [name for name in names if provider_of(name) is provider]
        policy = policy_of(provider.policy, settings)
        client = await stack.enter_async_context(
            provider.open(
                key_of(policy, settings),
                base_url=policy.url,
                outbound=outbound,
                timeout=policy.timeout,
            )
        )
        models |= {name: client.model(name) for name in own}
        policies |= dict.fromkeys(own, policy)
    return models, policies


def passed_over(settings: Settings) -> Iterator[tuple[ProviderPolicy, str, str]]:
    """Yield the providers that are set, or named, for nothing; what that means; what to do."""
    for policy in (provider.policy for provider in providers.PROVIDERS):
        named = [name for name in _names(settings) if provider_of(name).policy is policy]
        if _is_set(policy, settings) and not named:
            what = f"{policy.key_setting} or {policy.url_setting} is set, but none of its models"
            yield policy, what, f"name one, such as {policy.prefix}NAME, in {MODEL_LISTS}"
        elif named and not _is_set(policy, settings):
            is_all = not any(_lists(settings))
            passed = "local scores and quoted sentences" if is_all else ", ".join(named)
            what = f"no key: {'' if is_all else 'passed over are '}{passed}"
            advice = f"set {policy.key_setting} for scores with judgement and deep dives"
            yield policy, what, advice if is_all else f"{advice}, or take them out of {MODEL_LISTS}"


def _is_set(policy: ProviderPolicy, settings: Settings) -> bool:
    if key_of(policy, settings) is not None:
        return True
    return not policy.needs_key and url_of(policy, settings) != policy.url


def _names(settings: Settings) -> tuple[str, ...]:
    names = (*settings.gemini_score_models, *settings.gemini_analyze_models)
    return tuple(dict.fromkeys(names))


def key_of(policy: ProviderPolicy, settings: Settings) -> SecretStr | None:
    key: SecretStr | None = getattr(settings, policy.key_setting.lower())
    return key


def _lists(settings: Settings) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the models for scoring and for reading that can be asked; one list stands for both."""
    score, analyze = (
        tuple(name for name in names if _is_set(provider_of(name).policy, settings))
        for names in (settings.gemini_score_models, settings.gemini_analyze_models)
    )
    return score or analyze, analyze or score


def policy_of(policy: ProviderPolicy, settings: Settings) -> ProviderPolicy:
    own = {
        field.name: getattr(settings, f"{policy.name}_{field.name}", None)
        for field in fields(QuotaLimits)
    }
    return policy.of(
        key_of(policy, settings),
        url_of(policy, settings),
        {field: limit for field, limit in own.items() if limit is not None},
    )
