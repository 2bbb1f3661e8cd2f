"""A dive's second look: nobody waits for it, it mends what is stored, and survives a restart."""

from datetime import timedelta
from importlib.resources import files
from typing import Any

import pytest

from core.analyze.deep_dives import DeepDives
from core.analyze.second_look import SecondLooker
from core.llm import CallContext, Urgency
from core.llm.prompts import load_prompts
from core.models.errors import LLMBadAnswer, LLMRateLimited, LLMUnavailable, QuotaScope
from core.models.values import (
    Analysis,
    AnalysisKind,
    Checked,
    Document,
    Evidence,
    Focus,
    Language,
    Paper,
    Point,
    SecondLook,
    Support,
)
from core.report.reading import checked_line
from core.store import Store
from tests.core.analyze.test_deep_dives import FOCUS, PAPER, FakeReader, FakeTexts, deep_dives
from tests.core.conftest import Clock
from tests.fakes import FakeLLM

PROMPT = load_prompts(files("prompts"))["check"]
WORDS = "rectified flow for image restoration with four sampling steps"
WRONG = "用 rectified flow 做 image restoration，不少于四步。"
RIGHT = "用 rectified flow 做 image restoration，只需四步。"
NO_BUDGET = LLMRateLimited("429", scope=QuotaScope.DAY, retry_after=timedelta(hours=3))


class StatingReader(FakeReader):
    """States what the second look is about."""

    async def read(
        self, paper: Paper, document: Document, focus: Focus, language: Language, **how: Any
    ) -> Analysis:
        made = await super().read(paper, document, focus, language, **how)
        point = Point(
            text=WRONG,
            where="§1",
            evidence=(Evidence(quote=WORDS, where="§1"),),
            support=Support.VERIFIED,
        )
        checked = Checked(claims=2, verified=2)
        parts = {"contribution": (point,), "methodology": (point,), "checked": checked}
        return made.model_copy(update=parts)


def judged(verdict: str, correction: str = "") -> list[dict[str, object]]:
    words = "" if verdict == "not_said" else WORDS
    return [
        {"number": number, "verdict": verdict, "words": words, "correction": correction}
        for number in (1, 2)
    ]


def with_look(store: Store, clock: Clock, *answers: object) -> tuple[DeepDives, FakeLLM]:
    model = FakeLLM(*answers, name="light")
    looker = SecondLooker(model, PROMPT, max_input_tokens=20_000)
    return deep_dives(store, clock, FakeTexts(), StatingReader(), looker), model


async def test_a_reader_does_not_wait_for_it_and_it_mends_what_is_stored(
    store: Store, clock: Clock
) -> None:
    dives, model = with_look(store, clock, judged("contradicted", RIGHT))
    shown = await dives.dive(PAPER, FOCUS, "zh", CallContext(Urgency.INTERACTIVE))
    assert shown.awaits_look
    assert model.questions == []

    looked = await dives.look(PAPER, FOCUS, "zh")
    assert looked is not None
    assert [point.text for point in looked.analysis.contribution] == [RIGHT]
    assert (looked.analysis.second_look, looked.analysis.looked_by) == (SecondLook.DONE, "light")
    assert await dives.ready(PAPER, FOCUS, "zh") == looked
    assert await dives.look(PAPER, FOCUS, "zh") == looked, "once"
    assert model.errands[0].urgency is Urgency.RETRY


async def test_without_budget_it_waits_over_a_restart(store: Store, clock: Clock) -> None:
    dives, _ = with_look(store, clock, NO_BUDGET)
    await dives.dive(PAPER, FOCUS, "zh")
    waiting = await dives.look(PAPER, FOCUS, "zh")
    assert waiting is not None
    assert waiting.awaits_look
    assert waiting.retry_after == timedelta(hours=3)
    again, _ = with_look(store, clock, judged("supported"))
    looked = await again.look(PAPER, FOCUS, "zh")
    assert looked is not None
    assert looked.analysis.second_look is SecondLook.DONE


async def test_it_is_not_waited_for_beyond_its_time(store: Store, clock: Clock) -> None:
    dives, model = with_look(store, clock)
    await dives.dive(PAPER, FOCUS, "zh")
    looked = await dives.look(PAPER, FOCUS, "zh", CallContext(Urgency.RETRY, until=clock()))
    assert looked is not None
    assert looked.awaits_look
    assert model.questions == []


async def test_one_that_is_not_to_be_had_for_good_is_not_claimed(
    store: Store, clock: Clock
) -> None:
    dives, _ = with_look(store, clock, LLMBadAnswer("no JSON"))
    await dives.dive(PAPER, FOCUS, "zh")
    looked = await dives.look(PAPER, FOCUS, "zh")
    assert looked is not None
    assert (looked.analysis.second_look, looked.analysis.looked_by) == (None, None)
    assert looked.analysis.contribution[0].text == WRONG


async def test_a_reading_that_is_not_borne_out_gives_way_to_quotes(
    store: Store, clock: Clock
) -> None:
    dives, _ = with_look(store, clock, judged("contradicted"))
    await dives.dive(PAPER, FOCUS, "zh")
    looked = await dives.look(PAPER, FOCUS, "zh")
    assert looked is not None
    assert looked.analysis.kind is AnalysisKind.EXTRACTIVE
    assert looked.analysis.checked == Checked(claims=2, verified=0)
    shown = await dives.ready(PAPER, FOCUS, "zh")
    assert shown is not None
    assert shown.analysis.kind is AnalysisKind.EXTRACTIVE, "and nobody is asked again today"


async def test_without_a_reading_there_is_nothing_to_look_at(store: Store, clock: Clock) -> None:
    dives, _ = with_look(store, clock)
    assert await dives.look(PAPER, FOCUS, "zh") is None


@pytest.mark.parametrize("error", [NO_BUDGET, LLMUnavailable("503"), None])
async def test_a_reading_by_an_earlier_prompt_stands_in_and_says_so(
    store: Store, clock: Clock, error: Exception | None
) -> None:
    """Without budget, and without a key; never where there is a reading by today's prompt."""
    await deep_dives(store, clock, FakeTexts(), FakeReader()).dive(PAPER, FOCUS, "zh")
    today = FakeReader(error=error) if error else None
    if today:
        today.version = "prompt-2"
    dives = deep_dives(store, clock, FakeTexts(), today)
    dive = await dives.dive(PAPER, FOCUS, "zh")
    assert dive.analysis.is_earlier
    assert checked_line(dive.analysis, "zh").startswith(f"旧版解读（{clock():%Y-%m-%d}）")
    assert dive.analysis.kind is AnalysisKind.LLM
    assert (dive.delay is not None) is (error is not None)
    assert (await dives.dive(PAPER, FOCUS, "en")).analysis.kind is AnalysisKind.EXTRACTIVE
    shown = await dives.instead(PAPER, FOCUS, "zh")
    assert shown is not None
    assert shown.analysis.is_earlier
    if today:
        today.error = None
        dive = await dives.dive(PAPER, FOCUS, "zh")
        assert not dive.analysis.is_earlier
