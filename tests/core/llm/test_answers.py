"""From text to value, whatever a model wraps around it."""

import json
from contextlib import suppress
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from core.llm import answers
from core.llm.answers import parse_answer
from core.models.errors import LLMBadAnswer


class Item(BaseModel):
    """An item."""

    name: str


class Items(BaseModel):
    """Items."""

    items: list[Item]


class Rows(BaseModel):
    """Items that are an answer one by one."""

    SALVAGE: ClassVar[str] = "rows"
    rows: list[Any]
    remark: str = "none"


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
    for answer in (Item, Items):
        with pytest.raises(LLMBadAnswer):
            parse_answer(text, answer)


LAST = Items(items=[Item(name="last")])


@pytest.mark.parametrize(
    "text",
    [
        '{"thought": "Let me look."}\n%s',
        '{"thought": "She said "no"."}\n%s',
        '{"thought": "never closed\n%s',
        '<think>{x} {"items": [{"name": "draft"}]} so</think>%s',
        '<think>a sketch: {"items": [...]}\n</think>\n```json\n%s\n```',
        '{"items": [{"name": "draft"}]} no, better: %s',
        '%s {"items": []}',
        "[%s]",
        '[{"thought": "..."}, %s]',
        '{"thought": "...", "answer": %s}',
        '{"a": {"b": {"thought": 1}}, "result": {"output": %s}}',
        'Let $\\frac{a}{b}$ be {one}, [{two}], {"three"}: %s',
        "%s // done",
        "{ // my answer\n%s",
    ],
)
def test_what_stands_around_an_answer_does_not_cost_it(text: str) -> None:
    assert parse_answer(text % '{"items": [{"name": "last"}]}', Items) == LAST


@pytest.mark.parametrize(
    "text",
    [
        '{"items": [{"name": "last"},],}',
        '{"items": [{"name": "last" /* the name */}] // all\n}',
        '{"items": [{"name": "last"}, // and no more\n]}',
    ],
)
def test_comments_and_commas_too_many_are_read_over(text: str) -> None:
    assert parse_answer(text, Items) == LAST
    kept = '{"items": [{"name": "a, ] // b /* c"},]}'
    assert parse_answer(kept, Items).items[0].name == "a, ] // b /* c"


def test_what_says_nothing_of_an_answer_is_none() -> None:
    class Free(BaseModel):
        """Nothing need be said."""

        items: list[str] = []

    assert parse_answer('{"thought": "hm"} {"items": ["a"]} {"done": true}', Free).items == ["a"]
    with pytest.raises(LLMBadAnswer):
        parse_answer('{"thought": "hm"}', Free)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('{"rows": [1]}\n{"rows": [2]}', [2, 1]),
        (
            '{"id": "a", "score": 85}\n{"id": "b", "score": 7}',
            [{"id": "a", "score": 85}, {"id": "b", "score": 7}],
        ),
        ('{"thought": "so many"}\n{"rows": [{"id": "a"}, {"id": "b', [{"id": "a"}]),
        ('[{"rows": [1]}, {"rows": [2]}]', [2, 1]),
    ],
)
def test_a_list_may_be_spread_over_several_objects(text: str, rows: list[Any]) -> None:
    assert parse_answer(text, Rows).rows == rows


HOSTILE = [
    "{",
    '{"',
    "[{",
    '{"a":',
    '{"a":[',
    '{"x\\"',
    '{"a\n',
    '\\"{"',
    "/*",
    '",',
    "[{}, ",
    "{ ",
    '{"a": 1,} ',
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_no_text_is_gone_through_more_often_for_its_length(
    unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Count what is looked at a second time: attempts to decode, each of what its brackets hold."""
    rests: list[int] = []
    decode = json.JSONDecoder.raw_decode

    def counted(self: json.JSONDecoder, text: str, start: int = 0) -> Any:
        rests.append((answers._closing(text, start) or len(text)) - start)
        return decode(self, text, start)

    monkeypatch.setattr(json.JSONDecoder, "raw_decode", counted)
    for repeats in (50, 400):
        rests.clear()
        text = unit * repeats
        with pytest.raises(LLMBadAnswer):
            parse_answer(text, Items)
        assert sum(rests) <= 2 * (answers._MOST_UNCLOSED + 1) * len(text)


A, B = {"id": "a", "score": 85}, {"id": "b", "score": 7}


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('{"rows": [{"id": "a", "score": 85}, {"id": "b", "score": 7}, {"id": "c"', [A, B]),
        ('{"rows": [{"id": "a", "score": 85}, {"id": "b", "score": 7}, {', [A, B]),
        # Complete, but who knows: the last one is always dropped.
        ('{"rows": [{"id": "a", "score": 85}, {"id": "b", "score": 7}', [A]),
        ('{"rows": [{"id": "a", "score": 85}, {"id": "b", "score": 7}]', [A]),
        ('{"rows": [{"id": "a", "score": 85}, {"id": "b", "score": 70, "rea', [A]),
        ('[{"id": "a", "score": 85}, {"id": "b", "sco', [A]),
        ('```json\n{"rows": [{"id": "a", "score": 85}, {"id": "b"', [A]),
        ('Here they [all] are:\n\n{\n "rows": [\n  {"id": "a", "score": 85},\n  {"id', [A]),
        ('{"remark": "cut", "rows": [{"id": "a", "score": 85}, {"i', [A]),
        ('{"rows": [{"id": "a", "score": 85}, 7], "remark": "cu', [A]),
        ('{"rows": [{"id": "a", "x": "line\n\tfeed"}, {"id', [{"id": "a", "x": "line  feed"}]),
        ('{"rows": [{"id": "a", "score": 85}, {"id": "\ud83d', [A]),
        ('{"rows": [{"id": "a", "score": 85}, {"id": "\\ud83d', [A]),
        ('{"rows": ["a", "b", "c', ["a"]),
        ('{"rows": [85, 8', [85]),
    ],
)
def test_the_complete_items_of_a_list_cut_off_are_an_answer(text: str, rows: list[Any]) -> None:
    assert parse_answer(text, Rows) == Rows(rows=rows)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[" * 5000,
        '{"rows": ',
        '{"rows": [',
        '{"rows": [{"id": "a", "score": 85}',
        '{"other": [{"id": "a", "score": 85}, {"id": "b"',
        '{"rows": {"a": {"id": "a"}, "b": {',
        '{"wrapped": {"rows": [{"id": "a"}, {"id": "b"',
        # Broken in the middle: nobody knows what was meant.
        '{"rows": [{"id": "a", "score": 85}, {"id": b}, {"id": "c", "sco',
        '{"rows": [{"id": "a", "score": 85} {"id": "b"}, {"id": "c", "sco',
        '{"rows": [{"id": "a", "score": 85}, {"id": "b"}, ...]}',
    ],
)
def test_nothing_complete_is_no_answer(text: str) -> None:
    with pytest.raises(LLMBadAnswer, match="no complete JSON"):
        parse_answer(text, Rows)


def test_salvaged_items_must_fit() -> None:
    class Strict(BaseModel):
        """Items, checked."""

        SALVAGE: ClassVar[str] = "items"
        items: list[Item]

    assert parse_answer('{"items": [{"name": "a"}, {"na', Strict).items == [Item(name="a")]
    with pytest.raises(LLMBadAnswer, match=r"items\.0\.name"):
        parse_answer('{"items": [{"nom": "a"}, {"na', Strict)


ROWS = st.lists(
    st.fixed_dictionaries(
        {"id": st.text('ab{}[]",\\ 一👍', max_size=6), "score": st.integers(0, 100)}
    ),
    min_size=1,
    max_size=5,
)


@given(ROWS, st.booleans(), st.sampled_from(["", "```json\n", "Here: "]), st.data())
def test_wherever_a_list_is_cut_all_but_the_last_item_begun_are_saved(
    rows: list[dict[str, Any]], ascii_only: bool, before: str, data: st.DataObject
) -> None:
    items = [json.dumps(row, ensure_ascii=ascii_only) for row in rows]
    begun = data.draw(st.integers(1, len(items)))
    length = data.draw(st.integers(1, len(items[begun - 1])))
    text = f'{before}{{"rows": [{", ".join([*items[: begun - 1], items[begun - 1][:length]])}'
    if begun == 1:
        with pytest.raises(LLMBadAnswer):
            parse_answer(text, Rows)
    else:
        assert parse_answer(text, Rows).rows == rows[: begun - 1]


@given(st.text(max_size=200) | st.text("{}[]\",:'a1 \n`", max_size=60))
def test_any_text_is_an_answer_or_a_bad_one(text: str) -> None:
    for answer in (Item, Rows):
        with suppress(LLMBadAnswer):
            assert isinstance(parse_answer(text, answer), answer)
