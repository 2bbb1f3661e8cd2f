"""Inputs made to stall or break a parser: each must end at once, as an ordinary failure.

No clocks: a pattern that backtracks would run into the suite's time limit.
"""

import pytest

from core.fetch.arxiv_feed import parse_page
from core.fetch.fields import web_link
from core.fetch.http import _http_date
from core.llm.answers import parse_answer
from core.llm.ping import Pong
from core.models.errors import LLMBadAnswer
from core.text.sentences import split_sentences


def page(summary: str = "", published: str = "2026-03-13T00:00:00Z", total: str = "1") -> bytes:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"'
        ' xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
        f"<opensearch:totalResults>{total}</opensearch:totalResults><entry>"
        f"<id>http://arxiv.org/abs/2603.00001v1</id><title>T</title><summary>{summary}</summary>"
        f"<published>{published}</published></entry></feed>"
    ).encode()


@pytest.mark.parametrize("summary", ["x" + " " * 200_000 + "y", "arXiv:" * 40_000])
def test_a_summary_that_looks_like_a_prefix_again_and_again(summary: str) -> None:
    assert [paper.id for paper in parse_page(page(summary)).papers] == ["2603.00001"]


@pytest.mark.parametrize("year", ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59-23:00"])
def test_a_year_nobody_lived_in_loses_the_date_only(year: str) -> None:
    assert [paper.id for paper in parse_page(page(published=year)).papers] == ["2603.00001"]


def test_a_total_of_thousands_of_digits_is_no_number() -> None:
    assert parse_page(page(total="9" * 5_000)).total == 1


@pytest.mark.parametrize("text", ["." * 100_000 + "x", "!? " * 50_000, "a." * 100_000])
def test_dots_without_end_are_split_at_once(text: str) -> None:
    assert "".join(split_sentences(text)).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    "text", ["```" + "a" * 200_000, "```" * 60_000, "```json" + "\n" * 100_000]
)
def test_a_fence_that_never_closes_is_a_bad_answer(text: str) -> None:
    with pytest.raises(LLMBadAnswer):
        parse_answer(text, Pong)


@pytest.mark.parametrize(
    "link", ["https://github.com/\ud800x", "https://a.b/\x1b[31m", "https://a b"]
)
def test_a_link_that_cannot_be_stored_or_printed_is_none(link: str) -> None:
    assert web_link(link) is None


def test_a_date_beyond_all_calendars_is_no_date() -> None:
    assert _http_date("Mon, 99999999999999999999 Jan 2026 00:00:00 GMT") is None
