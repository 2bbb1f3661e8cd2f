"""What a question weighs, and when the provider is asked to count."""

from datetime import timedelta

import pytest

from core.llm import Question
from core.llm.quota.planner import Weight
from core.llm.token_counter import PAUSE, SCHEMA_TOKENS, TokenCounter
from core.llm.tokens import estimate_tokens
from core.models.errors import LLMUnavailable
from tests.core.llm.benches import question
from tests.fakes import FakeClock, FakeLLM

LONG = question("word " * 20_000)  # 25,000 tokens by estimate
ESTIMATE = estimate_tokens(LONG.text) + SCHEMA_TOKENS


class Counter(FakeLLM):
    """Counts what it is given, unless it cannot."""

    def __init__(self, name: str = "counter") -> None:
        super().__init__(name=name)
        self.counted: list[Question] = []
        self.is_down = False

    async def count(self, question: Question) -> int:
        self.counted.append(question)
        if self.is_down:
            raise LLMUnavailable("503")
        return 20_000


@pytest.mark.parametrize(
    ("tpm", "asked", "counted"),
    [(0, LONG, False), (250_000, question("short"), False), (200_000, LONG, True)],
)
async def test_only_what_takes_a_good_part_of_a_minute_is_counted(
    tpm: int, asked: Question, counted: bool
) -> None:
    model = Counter()
    weight = await TokenCounter(FakeClock().now).weigh(model, asked, tpm=tpm)
    assert bool(model.counted) is counted
    assert weight.counted == (20_000 + SCHEMA_TOKENS if counted else None)
    assert weight.estimate == estimate_tokens(asked.text) + SCHEMA_TOKENS


async def test_the_same_question_is_counted_once_for_each_model() -> None:
    a, b, token_counter = Counter("a"), Counter("b"), TokenCounter(FakeClock().now)
    for model in (a, a, b):
        assert await token_counter.weigh(model, LONG, tpm=100_000) == Weight(
            ESTIMATE, 20_000 + SCHEMA_TOKENS
        )
    assert (len(a.counted), len(b.counted)) == (1, 1)


async def test_a_count_that_cannot_be_had_leaves_the_estimate_and_some_peace() -> None:
    model, clock = Counter(), FakeClock()
    token_counter = TokenCounter(clock.now)
    model.is_down = True
    assert await token_counter.weigh(model, LONG, tpm=100_000) == Weight(ESTIMATE)
    assert await token_counter.weigh(model, LONG, tpm=100_000) == Weight(ESTIMATE)
    assert len(model.counted) == 1
    clock.time += PAUSE + timedelta(seconds=1)
    model.is_down = False
    assert (await token_counter.weigh(model, LONG, tpm=100_000)).counted is not None
