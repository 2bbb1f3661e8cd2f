"""From text to value, whatever a model wraps around it."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from core.errors import LLMBadAnswer
from core.llm.answers import parse_answer


class Item(BaseModel):
    """An item."""

    name: str


class Items(BaseModel):
    """Items."""

    items: list[Item]


TWO = '{"items": [{"name": "a"}, {"name": "{b}"}]}'


@pytest.mark.parametrize(
    "text",
    [
        TWO,
        f"```json\n{TWO}\n```",
        f"```{TWO}```",
        f"Sure! Here are [1] the items:\n\n{TWO}\n\nDone.",
        f"An empty list [] or an object {{}} would be wrong: {TWO}",
        f"{TWO}\n{TWO}",
        TWO.replace('"a"', '"a\nline"'),
    ],
)
def test_the_first_complete_value_is_the_answer(text: str) -> None:
    assert parse_answer(text, Items).items[1].name == "{b}"


@pytest.mark.parametrize(
    "text",
    [
        TWO[:-1],
        TWO[:-3],
        '[{"name": "a"}, {"name"',
        "{'name': 'a'}",
        "no braces",
        "",
        "{" * 5000,
        '{"items": ' * 5000,
    ],
)
def test_half_an_answer_is_none(text: str) -> None:
    with pytest.raises(LLMBadAnswer):
        parse_answer(text, Item)


def test_what_does_not_fit_is_named_without_quoting_the_answer() -> None:
    text = json.dumps({"items": [{"name": 1}, {}, {}, {}, "secret"]})
    with pytest.raises(LLMBadAnswer, match=r"Items: items\.0\.name: .* and 2 more") as caught:
        parse_answer(text, Items)
    assert "secret" not in str(caught.value)
    assert caught.value.__context__ is None


@given(st.text(max_size=200) | st.text("{}[]\",:'a1 \n`", max_size=60))
def test_any_text_is_an_answer_or_a_bad_one(text: str) -> None:
    with suppress(LLMBadAnswer):
        assert isinstance(parse_answer(text, Item), Item)
