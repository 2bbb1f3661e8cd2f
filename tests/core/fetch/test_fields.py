from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.fetch.fields import iso_day, line, names, plausible, web_link


@given(st.text(max_size=500), st.integers(2, 50))
def test_a_line_is_short_plain_and_storable(text: str, limit: int) -> None:
    cleaned = line(text, limit)
    assert len(cleaned) <= limit
    assert cleaned.splitlines() in ([], [cleaned])
    assert line(cleaned, limit) == cleaned
    cleaned.encode()


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (None, ""),
        ("  Two\n  lines ", "Two lines"),
        (r"$\alpha$ and <b> & a<b", r"$\alpha$ and <b> & a<b"),
        ("lone \ud800 surrogate\x00", "lone surrogate"),
        ("x" * 30, "x" * 19 + "…"),
        ("深度 学习", "深度 学习"),
    ],
)
def test_a_line_keeps_words_and_latex(raw: str | None, expected: str) -> None:
    assert line(raw, 20 if raw and len(raw) == 30 else 1000) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (" https://github.com/a/b ", "https://github.com/a/b"),
        ("HTTP://x.org", "HTTP://x.org"),
        ("javascript:alert(1)", None),
        ("github.com/a/b", None),
        ("https://a b", None),
        ('https://x.org/"><script>', None),
        ("https://x.org/" + "a" * 600, None),
        ("", None),
        (None, None),
    ],
)
def test_only_a_link_one_can_follow_is_a_link(raw: str | None, expected: str | None) -> None:
    assert web_link(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2026-06-10T00:00:00.000Z", date(2026, 6, 10)),
        ("2026-06-10", date(2026, 6, 10)),
        ("2026-13-10", None),
        ("June", None),
        (None, None),
        ("0001-01-01T00:00:00Z", None),
        ("9999-12-31", None),
    ],
)
def test_days_are_read_or_dropped(raw: str | None, expected: date | None) -> None:
    assert iso_day(raw) == expected


def test_no_paper_comes_out_long_after_the_day_that_lists_it() -> None:
    listed = date(2026, 6, 10)
    assert plausible(date(2026, 6, 11), listed) == date(2026, 6, 11)  # it is later there
    assert plausible(date(2031, 6, 11), listed) is None


def test_names_are_cleaned_and_counted() -> None:
    assert names([" Ada\nLovelace ", "", "\x00", "Alan"]) == ("Ada Lovelace", "Alan")
    assert len(names(["x"] * 100_000)) == 2_000
