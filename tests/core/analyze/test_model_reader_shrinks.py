"""What the reader does when a text has more tokens than a minute allows."""

import pytest

from core.llm.tokens import estimate_tokens
from core.models.errors import LLMTooLong
from core.models.values import Section
from tests.core.analyze.test_model_reader import (
    DOCUMENT,
    ENGLISH,
    FOCUS,
    NOW,
    PAPER,
    SECTIONS_OF_PAPER,
    reader,
    reading,
)

LONG = DOCUMENT.model_copy(
    update={
        "sections": (
            *SECTIONS_OF_PAPER,
            *(
                Section(id=f"§{n}", title=f"Part {n}", level=1, text="We deblur it. " * 900)
                for n in range(5, 15)
            ),
        )
    }
)


def too_long(limit: int) -> LLMTooLong:
    return LLMTooLong("more than a minute allows", limit=limit)


@pytest.mark.parametrize(
    ("limits", "allowed"),
    [
        ([8_000], [20_000, 7_200]),
        ([90_000], [20_000, 18_000]),
        ([8_000, 8_000], [20_000, 7_200, 3_600]),
        ([8_000, 5_000], [20_000, 7_200, 2_500]),
    ],
)
async def test_a_text_too_long_for_a_minute_is_fitted_to_it_and_not_to_more_than_before(
    limits: list[int], allowed: list[int]
) -> None:
    reading_, model = reader(*map(too_long, limits), reading())
    await reading_.read(PAPER, LONG, FOCUS, "zh", now=NOW)
    sizes = [estimate_tokens(question.system + question.text) for question in model.questions]
    assert len(sizes) == len(allowed)
    assert all(0.7 * most < size <= most for size, most in zip(sizes, allowed, strict=True))


async def test_a_text_that_is_too_long_three_times_is_the_callers_to_hear_of() -> None:
    reading_, model = reader(*map(too_long, (8_000, 8_000, 8_000)))
    with pytest.raises(LLMTooLong):
        await reading_.read(PAPER, LONG, FOCUS, "zh", now=NOW)
    assert len(model.questions) == 3


async def test_a_minute_that_has_no_room_for_a_text_is_too_long_and_not_an_empty_question() -> None:
    reading_, model = reader(too_long(900))
    with pytest.raises(LLMTooLong):
        await reading_.read(PAPER, LONG, FOCUS, "zh", now=NOW)
    assert len(model.questions) == 1


async def test_a_correction_keeps_to_the_shorter_text() -> None:
    reading_, model = reader(too_long(8_000), reading(ENGLISH), reading())
    await reading_.read(PAPER, LONG, FOCUS, "zh", now=NOW)
    assert model.questions[2].text.startswith(model.questions[1].text)
