"""Waits and promises in words: never too early, never by much too late."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models.values import AnalysisKind, Delay, Flaw, Language, Note, NoteKind, TextSource
from core.report import words
from tests.core.report.examples import edition

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("wait", "zh", "en"),
    [
        (-MINUTE, "马上", "in a moment"),
        (timedelta(0), "马上", "in a moment"),
        (timedelta(milliseconds=1), "约 5 秒后", "in about 5 s"),
        (38 * SECOND, "约 40 秒后", "in about 40 s"),
        (56 * SECOND, "约 1 分钟后", "in about 1 min"),
        (61 * SECOND, "约 1 分半钟后", "in about 1½ min"),
        (170 * SECOND, "约 3 分钟后", "in about 3 min"),
        (21 * MINUTE, "约 25 分钟后", "in about 25 min"),
        (56 * MINUTE, "约 1 小时后", "in about 1 h"),
        (61 * MINUTE, "约 1 个半小时后", "in about 1½ h"),
        (5 * HOUR, "约 5 小时后", "in about 5 h"),
        (23 * HOUR + SECOND, "约 24 小时后", "in about 24 h"),
        (49 * HOUR, "约 3 天后", "in about 3 days"),
    ],
)
def test_a_wait_is_said_as_a_person_would(wait: timedelta, zh: str, en: str) -> None:
    assert words.about(wait, "zh") == zh
    assert words.about(wait, "en") == en


UNITS = {"s": SECOND, "min": MINUTE, "h": HOUR, "days": 24 * HOUR}


def _told(wait: timedelta) -> timedelta:
    """Return the wait that the English words speak of."""
    *_, number, unit = words.about(wait, "en").split()
    half = UNITS[unit] / 2 if number.endswith("½") else timedelta(0)
    return int(number.removesuffix("½")) * UNITS[unit] + half


@given(st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(days=90)))
def test_what_is_told_is_never_too_early_and_never_by_much_too_late(wait: timedelta) -> None:
    assert wait <= _told(wait)
    assert _told(wait) - wait < max(5 * SECOND, wait / 2)
    assert _told(_told(wait)) == _told(wait)


def test_a_longer_wait_never_sounds_shorter() -> None:
    told = [_told(minutes * MINUTE / 2) for minutes in range(1, 3 * 24 * 120)]
    assert all(one <= other for one, other in pairwise(told))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("delay", Delay)
def test_every_delay_has_a_promise_with_notes_and_without(delay: Delay, language: Language) -> None:
    bare = words.waiting(delay, language, has_notes=False)
    noted = words.waiting(delay, language, has_notes=True)
    assert noted.startswith(bare[:-1])
    assert len(noted) > len(bare)


def test_the_promise_of_the_quota_is_word_for_word_the_products() -> None:
    for has_notes in (True, False):
        promise = words.waiting(Delay.QUOTA, "zh", has_notes=has_notes)
        assert "深度解读将在配额恢复后补上" in promise


def test_a_part_of_a_text_is_called_one() -> None:
    html = TextSource.ARXIV_HTML
    assert words.text_source(html, None, "zh") == "全文 (arXiv HTML)"
    assert words.text_source(html, None, "zh", is_part=True) == "部分正文 (arXiv HTML)"
    assert words.text_source(html, None, "en", is_part=True) == "part of the text (arXiv HTML)"
    assert words.text_source(TextSource.PDF, 1, "zh", is_part=True) == "PDF 前 1 页，仅部分正文"
    lacking = (Flaw.NO_TABLES, Flaw.FORMULAS)
    assert words.text_source(TextSource.PDF, 9, "zh", flaws=lacking) == (
        "PDF 前 9 页，无表格，公式排版受损"
    )
    assert words.text_source(html, None, "en", flaws=lacking) == (
        "full text (arXiv HTML), no tables, formulas damaged"
    )


READ, QUOTED = AnalysisKind.LLM, AnalysisKind.EXTRACTIVE


@pytest.mark.parametrize(
    ("readings", "has_model", "zh", "en"),
    [
        ([READ, READ], True, "精选 2 篇深度解读", "2 read in depth"),
        ([QUOTED, QUOTED], False, "精选 2 篇，附原文摘录", "2 picked, with quotations"),
        (
            [READ, QUOTED],
            True,
            "精选 2 篇，其中 1 篇有深度解读，其余附原文摘录",
            "2 picked, 1 read in depth, the rest with quotations",
        ),
        ([READ], True, "精选 2 篇，其中 1 篇有深度解读", "2 picked, 1 read in depth"),
        ([], False, "精选 2 篇，附原文摘录", "2 picked, with quotations"),
        ([], True, "精选 2 篇", "2 picked"),
    ],
)
def test_only_what_a_model_read_is_called_read(
    readings: list[AnalysisKind], has_model: bool, zh: str, en: str
) -> None:
    notes = () if has_model else (Note(kind=NoteKind.LOCAL_SCORES),)
    languages: dict[Language, str] = {"zh": zh, "en": en}
    for language, said in languages.items():
        assert words.picked(edition(language, notes=notes).digest, readings) == said
