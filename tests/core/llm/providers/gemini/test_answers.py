"""What each of Gemini's 200s means: most of them are no answer."""

import json
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel

from core.judge.judge import ScoresAnswer
from core.models.errors import LLMBadAnswer, LLMCutOff, LLMRefused
from core.models.usage import Usage
from tests.conftest import Serve
from tests.core.llm.providers.gemini.server import Body, City, ask, captured, failure, said

ROME = City(city="Rome", country="Italy")


class Cities(BaseModel):
    """Cities."""

    SALVAGE: ClassVar[str] = "cities"
    cities: list[City]


@pytest.mark.parametrize(
    "text",
    [
        '```json\n{"city": "Rome", "country": "Italy"}\n```',
        '```\n{"city": "Rome", "country": "Italy"}\n```\n',
        'Here it is [as asked]: {"city": "Rome", "country": "Italy"} I hope {this} helps.',
        '\ufeff{"city": "Rome",\n "country": "Italy"}',
    ],
)
async def test_wrapped_json_is_unwrapped(serve: Serve, text: str) -> None:
    assert (await ask(serve, City, said(text))).answer == ROME


async def test_an_answer_complete_in_spite_of_max_tokens_counts(serve: Serve) -> None:
    whole = said('{"city": "Rome", "country": "Italy"}\n\n', finish="MAX_TOKENS")
    assert (await ask(serve, City, whole)).answer == ROME


@pytest.mark.parametrize(
    ("body", "words", "usage"),
    [
        (captured("200_max_tokens_empty"), "empty answer", Usage(15, 0, 2)),
        (captured("200_max_tokens_cut"), "no complete JSON", Usage(15, 5)),
        (said('{"city": "Rome", "country": "It', "MAX_TOKENS"), "no complete JSON", Usage(8, 20)),
        (said('{"city": "Rome", "country": {}', "MAX_TOKENS"), "no complete JSON", Usage(8, 20)),
        (said('For example {"city": "Rome"}: {', "MAX_TOKENS"), "country", Usage(8, 20)),
        (said(" \n" * 40, "MAX_TOKENS"), "empty answer", Usage(8, 20)),
    ],
)
async def test_an_answer_that_ran_out_of_room_is_cut_off(
    serve: Serve, body: Body, words: str, usage: Usage
) -> None:
    error = await failure(serve, body)
    assert type(error) is LLMCutOff
    assert words in str(error)
    assert error.usage == usage


@pytest.mark.parametrize("finish", ["MAX_TOKENS", "STOP"])
async def test_what_a_cut_off_list_holds_completely_is_an_answer(serve: Serve, finish: str) -> None:
    text = '{"cities": [{"city": "Rome", "country": "Italy"}, {"city": "Oslo", "country": "No'
    reply = await ask(serve, Cities, said(text, finish))
    assert reply.answer == Cities(cities=[ROME])
    assert reply.usage == Usage(8, 20)


async def test_the_scores_of_a_shortlist_are_such_a_list(serve: Serve) -> None:
    items: list[dict[str, Any]] = [
        {"id": f"2603.0000{n}", "score": 85, "reason": "一句话"} for n in range(4)
    ]
    whole = json.dumps({"scores": items}, ensure_ascii=False, indent=1)
    text = f"```json\n{whole[: whole.rindex('85') + 1]}"
    assert (await ask(serve, ScoresAnswer, said(text, "MAX_TOKENS"))).answer.scores == items[:3]


@pytest.mark.parametrize(
    ("finish", "kind"), [("MAX_TOKENS", LLMCutOff), ("STOP", LLMBadAnswer), ("OTHER", LLMBadAnswer)]
)
async def test_a_list_cut_off_before_its_first_item_ended_holds_nothing(
    serve: Serve, finish: str, kind: type[Exception]
) -> None:
    with pytest.raises(LLMBadAnswer) as caught:
        await ask(serve, Cities, said('{"cities": [{"city": "Rome", "country": "It', finish))
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("body", "words", "usage"),
    [
        (said("{'city': 'Rome'}"), "no complete JSON", Usage(8, 20)),
        (said("[" * 100_000), "no complete JSON", None),
        (said("   "), "empty answer", Usage(8, 20)),
        (said('{"city": "Rome"}'), "country: Field required", Usage(8, 20)),
        (said('{"city": "Rome", "coun'), "no complete JSON", Usage(8, 20)),
        (captured("200_no_candidates"), "without candidates", Usage(12)),
        (captured("200_empty_content"), "empty answer", Usage()),
        (captured("200_empty_text_part"), "empty answer", Usage(8)),
        (captured("200_other_no_content"), "OTHER", Usage()),
        ((200, '{"candidates": [{"content": {"parts": []}}]}', "text/json"), "empty", Usage()),
        ((200, '{"candidates": [{"content": {"parts": [{}]}}]}', "text/json"), "empty", Usage()),
        ((200, "{}", "application/json"), "without candidates", Usage()),
        ((200, "", "application/json"), "without candidates", Usage()),
        ((200, "null", "application/json"), "without candidates", Usage()),
        ((200, "[1, 2]", "application/json"), "without candidates", Usage()),
        ((200, '{"candidates": "none"}', "application/json"), "empty answer", Usage()),
    ],
)
async def test_an_unusable_answer_is_a_bad_answer_that_says_what_it_cost(
    serve: Serve, body: Body, words: str, usage: Usage | None
) -> None:
    error = await failure(serve, body)
    assert type(error) is LLMBadAnswer
    assert words in str(error)
    assert error.usage == usage


@pytest.mark.parametrize(
    ("name", "usage"),
    [
        ("200_safety_empty", Usage(14)),
        ("200_safety_with_text", Usage(7, 20)),
        ("200_recitation_no_content", Usage(1000)),
    ],
)
async def test_a_withheld_answer_is_a_refusal(serve: Serve, name: str, usage: Usage) -> None:
    error = await failure(serve, captured(name))
    assert type(error) is LLMRefused
    assert error.usage == usage


@pytest.mark.parametrize("finish", ["SAFETY", "RECITATION", "PROHIBITED_CONTENT"])
async def test_a_withheld_answer_is_none_even_if_it_looks_complete(
    serve: Serve, finish: str
) -> None:
    error = await failure(serve, said('{"city": "Rome", "country": "Italy"}', finish))
    assert type(error) is LLMRefused
    assert finish in str(error)


@pytest.mark.parametrize("reason", ["SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "OTHER"])
async def test_a_blocked_question_is_a_refusal(serve: Serve, reason: str) -> None:
    body = json.dumps({"promptFeedback": {"blockReason": reason}})
    error = await failure(serve, (200, body, "application/json"))
    assert type(error) is LLMRefused
    assert reason in str(error)


@pytest.mark.filterwarnings("ignore:.*is not a valid:UserWarning")
async def test_reasons_the_sdk_does_not_know_are_understood(serve: Serve) -> None:
    blocked = await failure(serve, captured("200_prompt_blocked_unknown_reason"))
    assert type(blocked) is LLMRefused
    assert "FAKE_NEW_BLOCK_REASON" in str(blocked)
    odd = await failure(serve, captured("200_unknown_finish_reason"))
    assert type(odd) is LLMBadAnswer
