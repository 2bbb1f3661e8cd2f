"""Answers to readers' questions: held against the paper twice, and honest about the open half."""

from datetime import timedelta
from importlib.resources import files
from typing import Any

import pytest

from core.analyze.questions import PATIENCE, Answer, QuestionAnswerer
from core.analyze.second_look import SecondLooker
from core.llm import CallContext, Urgency
from core.llm.prompts import load_prompts
from core.models.errors import LLMBadAnswer, LLMTooLate
from tests.core.analyze.test_second_look import (
    LOSS,
    PAPER,
    REVERSED,
    RIGHT,
    SHORT,
    START,
    TRUE,
    said,
)
from tests.fakes import NOON, FakeLLM

PROMPTS = load_prompts(files("prompts"))
OPEN = "训练了多久"


def answered(open_: str = OPEN) -> dict[str, Any]:
    statements = [
        {"text": TRUE.text, "quotes": [START], "where": "Abstract"},
        {"text": REVERSED.text, "quotes": [LOSS], "where": "Abstract"},
    ]
    return {"statements": statements, "open": open_}


async def ask(reply: dict[str, Any], *looks: object) -> tuple[Answer, FakeLLM]:
    light = FakeLLM(*looks, name="light")
    looker = SecondLooker(light, PROMPTS["check"], max_input_tokens=20_000)
    answerer = QuestionAnswerer(
        FakeLLM(reply), PROMPTS["ask"], max_input_tokens=20_000, now=lambda: NOON, looker=looker
    )
    context = CallContext(Urgency.INTERACTIVE)
    return await answerer.answer(PAPER, SHORT, "效果如何，训练了多久？", "zh", context), light


async def test_an_answer_is_put_right_and_says_which_half_is_open() -> None:
    answer, light = await ask(
        answered(), [said(1, "supported", START), said(2, "contradicted", LOSS, RIGHT)]
    )
    assert [point.text for point in answer.points] == [TRUE.text, RIGHT]
    assert (answer.open, answer.looked_by) == (OPEN, "light")
    (errand,) = light.errands
    assert (errand.urgency, errand.until) == (Urgency.INTERACTIVE, NOON + PATIENCE)
    assert timedelta(seconds=30) >= PATIENCE, "somebody is waiting"


async def test_what_is_contradicted_is_not_shown_nor_called_open() -> None:
    verdicts = [said(2, "contradicted", LOSS), said(3, "contradicted", START)]
    answer, _ = await ask(answered("从什么出发"), [said(1, "supported", START), *verdicts])
    assert [point.text for point in answer.points] == [TRUE.text]
    assert answer.open == ""


@pytest.mark.parametrize("error", [LLMTooLate("late"), LLMBadAnswer("no JSON")])
async def test_where_nobody_looks_the_rules_answer_stands_as_such(error: Exception) -> None:
    answer, _ = await ask(answered(), error)
    assert [point.text for point in answer.points] == [TRUE.text, REVERSED.text]
    assert (answer.open, answer.looked_by) == (OPEN, None)


@pytest.mark.parametrize("open_", ["", "无", "The training time", "时间" * 150])
async def test_an_open_half_that_cannot_be_shown_is_not(open_: str) -> None:
    answer, _ = await ask(answered(open_), [])
    assert answer.open == ""
