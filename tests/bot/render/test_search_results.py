"""Search results: numbered over the pages, and the message remembers what was asked."""

import pytest

from bot.render.message import Message
from bot.render.search_results import (
    FIND,
    PAGE_SIZE,
    found,
    pages_of,
    query_of,
    search_data,
    words_of,
)
from tests.bot.render.examples import paper
from tests.bot.render.hits import Hits
from tests.telegram_parser import judge


def _found(words: str, total: int, page: int) -> Message:
    shown = min(PAGE_SIZE, total - page * PAGE_SIZE)
    message = found(words, Hits(total, [paper(n) for n in range(1, shown + 1)]), page, "zh")
    assert judge(message) == []
    return message


@pytest.mark.parametrize(
    ("page", "turning"),
    [(0, [("›", "find:1")]), (1, [("‹", "find:0"), ("›", "find:2")]), (2, [("‹", "find:1")])],
)
def test_pages_are_turned_in_place(page: int, turning: list[tuple[str, str]]) -> None:
    message = _found("图像", 19, page)
    assert [(button.text, button.data) for button in message.buttons[-1]] == turning
    assert f"第 {page + 1}/3 页" in message.text


def test_one_page_has_nothing_to_turn() -> None:
    rows = _found("图像", 3, 0).buttons
    assert [[button.text for button in row] for row in rows] == [["📖 1", "📖 2", "📖 3"]]


def test_a_page_that_is_gone_leads_back_to_the_last() -> None:
    message = found("图像", Hits(5, []), 1, "zh")
    assert judge(message) == []
    assert "没有结果了" in message.text
    assert message.buttons[0][0].data == search_data(0)


@pytest.mark.parametrize(
    "words",
    ["图像修复", "a b\n c", "🔎 pasted back", "x" * 3000, "ends with …", "…", "*bold* <b> [l](u)"],
)
def test_the_second_page_searches_for_the_words_of_the_first(words: str) -> None:
    asked = query_of(words)
    shown = words_of(_found(words, 9, 0).text)
    assert (shown or "") == asked
    assert query_of(asked) == asked
    assert len(asked) <= 200


def test_another_message_has_no_words() -> None:
    assert words_of("CV 论文日报") is None
    assert words_of("") is None
    assert words_of("🔎 \nx") is None


def test_data_of_a_page_is_read_back() -> None:
    match = FIND.fullmatch(search_data(12))
    assert match is not None
    assert match["page"] == "12"


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (8, 1), (9, 2), (17, 3)])
def test_pages_are_counted(total: int, pages: int) -> None:
    assert pages_of(total) == pages


def test_below_a_title_stands_what_the_paper_did_where_that_is_known() -> None:
    hits = Hits(2, [paper(1, title="First"), paper(2, title="Second")])
    message = found("图像", hits, 0, "zh", headlines={paper(2).id: "第二篇做了什么"})
    assert judge(message) == []
    assert "2. Second\n第二篇做了什么\n" in message.text
