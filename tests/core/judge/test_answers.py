"""Which items of an answer count, and what is said of the others."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.judge.answers import REASON_LIMIT, Judged, clean_line, read_items

IDS = ("2603.00001", "2603.00002", "2603.00003")
REASON = "用 diffusion 先验做图像复原，正对兴趣。"


def item(paper_id: object = IDS[0], score: object = 85, reason: object = REASON) -> dict[str, Any]:
    return {"id": paper_id, "score": score, "reason": reason}


@pytest.mark.parametrize(
    ("given_", "score"),
    [
        (85, 85),
        (85.0, 85),
        ("85", 85),
        (" 85.00 ", 85),
        (0, 0),
        (100, 100),
        ("0085", 85),
        (72.5, 73),
        (84.6, 85),
        ("85/100", 85),
        (" 72.5 / 100 ", 73),
        ("85 out of 100", 85),
        ("8.5/10", 85),
        ("85%", 85),
        ("85 分", 85),
    ],
)
def test_whole_scores_in_any_dress_count(given_: object, score: int) -> None:
    found, _ = read_items([item(score=given_)], IDS, language="zh", model="m")
    assert found[IDS[0]].score == score


@pytest.mark.parametrize(
    ("given_", "word"),
    [
        (101, "out_of_range"),
        (-1, "out_of_range"),
        ("-5", "out_of_range"),
        (999_999, "out_of_range"),
        (8.5, "malformed"),
        ("0.85", "malformed"),
        ("85/1000", "malformed"),
        ("9/100/2", "malformed"),
        ("about 85", "malformed"),
        ("105/100", "out_of_range"),
        ("high", "malformed"),
        (True, "malformed"),
        (None, "malformed"),
        (float("nan"), "malformed"),
        (1e300, "malformed"),
        ([85], "malformed"),
        ("٨٥", "malformed"),
    ],
)
def test_other_scores_are_dropped_and_counted(given_: object, word: str) -> None:
    assert read_items([item(score=given_)], IDS, language="zh", model="m") == ({}, {word: 1})


@pytest.mark.parametrize(
    "given_",
    [
        "2603.00001",
        " 2603.00001 ",
        "arXiv:2603.00001v2",
        "[2603.00001]",
        "2603.00001v1",
        "arXiv: 2603.00001",
        "https://arxiv.org/abs/2603.00001v2",
        "<http://arxiv.org/pdf/2603.00001>",
        "“https://huggingface.co/papers/2603.00001”",
        "10.48550/arXiv.2603.00001",
        "`2603.00001`.",
    ],
)
def test_an_id_is_known_in_its_usual_dress(given_: str) -> None:
    found, _ = read_items([item(given_)], IDS, language="zh", model="m")
    assert list(found) == [IDS[0]]


@pytest.mark.parametrize(
    "given_",
    [
        "",
        None,
        1,
        2603.00001,
        "2603.0000",
        "Paper 2603.00001",
        {},
        "2603.00001/2603.00002",
        "https://a.b/?x=2603.00001,2603.00002",
        "https://arxiv.org/abs/2603.99999",
    ],
)
def test_an_id_is_never_guessed(given_: object) -> None:
    assert read_items([item(given_)], IDS, language="zh", model="m") == ({}, {"unknown_id": 1})


def test_a_repeated_id_counts_once_even_when_the_first_was_unusable() -> None:
    items = [item(score=900), item(score=70), item(score=80)]
    found, dropped = read_items(items, IDS, language="zh", model="m")
    assert found[IDS[0]].score == 70
    assert dropped == {"out_of_range": 1, "duplicate": 1}


@pytest.mark.parametrize(
    ("given_", "reason"),
    [
        (" 提出\n新方法。\t好 ", "提出 新方法。 好"),
        ('**"提出新方法。"**', "提出新方法。"),
        ("提出\u200b新\u202e方法", "提出新方法"),
        ("。。。", ""),
        (None, ""),
        (["提出"], ""),
    ],
)
def test_a_reason_is_one_clean_line(given_: object, reason: str) -> None:
    assert clean_line(given_) == reason


def test_a_long_reason_is_cut_and_shows_it() -> None:
    reason = clean_line("".join(map(chr, range(0x4E00, 0x5200))) + "字")
    assert len(reason) == REASON_LIMIT
    assert reason.endswith("…")


@pytest.mark.parametrize(
    ("reason", "flaw"),
    [
        ("About image restoration with diffusion priors.", "wrong_language"),
        ("  ", "no_reason"),
        (None, "no_reason"),
        ("权重为 $ rac{a}{b}$ \ufffd", "no_reason"),
    ],
)
def test_a_score_without_a_reason_to_be_shown_is_a_score(reason: object, flaw: str) -> None:
    found, dropped = read_items([item(reason=reason)], IDS, language="zh", model="m")
    assert found == {IDS[0]: Judged(IDS[0], 85, "", "m", flaw)}
    assert dropped == {}


def test_a_reason_is_said_once() -> None:
    assert clean_line("用扩散先验做复原。" * 30) == "用扩散先验做复原。"


_value = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([*IDS, REASON]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "score", "reason", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(st.lists(_value | st.builds(item, _value, _value, _value), max_size=6))
def test_any_items_are_counted_or_used_and_none_breaks_the_batch(items: list[Any]) -> None:
    found, dropped = read_items(items, IDS, language="zh", model="m")
    assert len(found) + sum(dropped.values()) == len(items)
    assert set(found) <= set(IDS)
