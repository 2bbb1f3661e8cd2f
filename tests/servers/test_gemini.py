"""The loopback Gemini behaves as the real one was seen to, through the real client."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.llm import Question, Reply
from core.llm.ping import Pong
from core.models.errors import (
    LLMError,
    LLMRateLimited,
    LLMTimedOut,
    LLMUnavailable,
    LLMUnknownModel,
    QuotaScope,
)
from tests.servers.gemini import Trouble
from tests.servers.quotas import DAY, MINUTE, TOKENS, Quotas, captured
from tests.world import FLASH, FREE, LITE, OTHER, OVERHEAD, World, open_world

START = datetime(2026, 3, 13, 12, 0, tzinfo=UTC)
TIGHT = Quotas(rpm=2, tpm=1_000, rpd=3)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world(START, TIGHT, others={LITE: FREE}) as opened:
        yield opened


def question(text: str = "Are you there?", system: str = "") -> Question:
    return Question("doctor", system, text, max_output_tokens=100)


async def ask(world: World, asked: Question | None = None, model: str = FLASH) -> Reply[Pong]:
    return await world.clock.run(world.model(model).ask(asked or question(), Pong))


async def refused(world: World, **arguments: Any) -> LLMError:
    with pytest.raises(LLMError) as caught:
        await ask(world, **arguments)
    return caught.value


def passed(world: World) -> float:
    return (world.clock.now() - START).total_seconds()


async def test_an_answer_takes_its_time_and_counts_its_tokens(world: World) -> None:
    reply = await ask(world, question("x" * 398, system="y" * 4))

    assert reply.answer == Pong(ok=True)
    assert reply.usage.input_tokens == 101
    assert [arrival.tokens for arrival in world.meter.arrivals] == [101]
    assert passed(world) == OTHER


async def test_the_next_request_of_a_minute_is_refused_and_told_when_to_come(world: World) -> None:
    await ask(world)
    await ask(world)

    error = await refused(world)

    assert isinstance(error, LLMRateLimited)
    assert error.scope is QuotaScope.MINUTE
    assert error.retry_after == timedelta(seconds=60 - 2 * OTHER)
    assert passed(world) == 2 * OTHER + OVERHEAD
    assert [(r.at, r.model, r.kind) for r in world.meter.refusals] == [
        (START + timedelta(seconds=2 * OTHER), FLASH, MINUTE)
    ]


async def test_too_many_tokens_in_a_minute_are_refused(world: World) -> None:
    await ask(world, question("x" * 2_400))

    error = await refused(world, asked=question("x" * 1_604))

    assert isinstance(error, LLMRateLimited)
    assert error.scope is QuotaScope.TOKENS
    assert [r.kind for r in world.meter.refusals] == [TOKENS]
    await ask(world, question("x" * 1_600))


async def test_a_day_is_over_for_one_model_and_not_for_the_other(world: World) -> None:
    for _ in range(3):
        await ask(world)
        await world.clock.run(world.clock.sleep(60))

    error = await refused(world)

    assert isinstance(error, LLMRateLimited)
    assert error.scope is QuotaScope.DAY
    assert [r.kind for r in world.meter.refusals] == [DAY]
    await ask(world, model=LITE)


async def test_counting_tokens_costs_no_quota_and_gives_the_same_number(world: World) -> None:
    asked = question("Wie viele sind das? 图像恢复", system="Du zählst.")

    counted = await world.clock.run(world.model().count(asked))
    reply = await ask(world, asked)

    assert abs(counted - reply.usage.input_tokens) <= 2  # a line break between the two parts
    assert len(world.gemini.counted) == len(world.gemini.requests) == len(world.meter.arrivals) == 1
    assert passed(world) == OVERHEAD + OTHER


async def test_a_trouble_hits_a_number_of_requests_of_one_model(world: World) -> None:
    world.gemini.troubles.append(Trouble(503, captured("503_overloaded"), model=FLASH, times=2))

    assert isinstance(await refused(world), LLMUnavailable)
    await ask(world, model=LITE)
    assert isinstance(await refused(world), LLMUnavailable)
    await ask(world)

    assert world.gemini.models == [FLASH, LITE, FLASH, FLASH]
    assert [arrival.model for arrival in world.meter.arrivals] == [LITE, FLASH]


async def test_a_trouble_lasts_from_one_time_to_another(world: World) -> None:
    begin, end = START + timedelta(hours=1), START + timedelta(hours=2)
    gone = captured("404_unknown_model")
    world.gemini.troubles.append(Trouble(404, gone, start=begin, end=end))

    await ask(world)
    await world.clock.run(world.clock.until(begin))
    assert isinstance(await refused(world), LLMUnknownModel)
    await world.clock.run(world.clock.until(end))
    await ask(world)


async def test_a_hanging_model_costs_the_clients_patience_and_a_request(world: World) -> None:
    world.gemini.troubles.append(Trouble(None, times=1))

    error = await refused(world)

    assert isinstance(error, LLMTimedOut)
    assert passed(world) == 300
    assert len(world.meter.arrivals) == 1
    await ask(world)
    assert passed(world) == 300 + OTHER
