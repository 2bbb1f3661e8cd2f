"""Sentences: filled, in the form for a number, in each other, and in a language nobody speaks."""

from datetime import date
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from core.locale import LANGUAGES, Language, Sentence, Sentences
from core.locale.phrases import in_a_row, language_named, listed_in, own_name, weekday
from tests.core.locale.languages import accented, speaking


def test_a_sentence_is_said_in_a_language_and_filled() -> None:
    brackets = Sentence("locale.brackets")
    assert brackets("en", text="UTC") == " (UTC)"
    assert brackets("zh", text="{x}") == "（{x}）", "what fills it is never read as a sentence"


def test_the_form_is_the_numbers() -> None:
    said = Sentences("report.notes")
    assert (
        said("scores_waiting", "en", count=1) == "1 paper got no model score; its score is local."
    )
    assert said("scores_waiting", "en", count=2) == "2 papers got no model score; theirs are local."
    assert said("scores_waiting", "zh", count=1).startswith("1 篇")


def test_a_sentence_in_a_sentence_is_in_its_language() -> None:
    inner = Sentence("locale.brackets").filled(text=Sentence("locale.colon"))
    outer = Sentence("locale.brackets").filled(text=inner)
    assert (outer("zh"), outer("en")) == ("（（：））", " ( (: ))")


def test_a_language_that_is_not_spoken_is_answered_in_english_and_refused_where_it_is_set() -> None:
    assert Sentence("locale.colon")("fr") == ": "
    assert weekday(date(2026, 3, 13), "no code at all") == "Fri"
    with pytest.raises(ValidationError, match="one of: zh, en"):
        TypeAdapter(Language).validate_python("fr")


def test_a_sentence_nobody_has_is_a_bug() -> None:
    with pytest.raises(KeyError):
        Sentence("locale.nothing")("en")


def test_lists_sentences_and_weekdays_are_a_languages_own() -> None:
    friday = date(2026, 3, 13)
    assert (weekday(friday, "zh"), weekday(friday, "en")) == ("周五", "Fri")
    assert (listed_in("zh", "ab"), listed_in("en", "ab")) == ("a、b", "a, b")
    assert in_a_row(["甲。", "", "乙。"], "zh") == "甲。乙。"
    assert in_a_row(["A.", "B."], "en") == "A. B."


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("zh", "zh"),
        ("中文", "zh"),
        ("Chinese", "zh"),
        ("ENGLISH", "en"),
        ("英文", "en"),
        ("x", None),
    ],
)
def test_a_language_is_known_by_its_names(word: str, code: str | None) -> None:
    assert language_named(word) == code


def test_a_third_language_is_one_file_and_one_line(tmp_path: Path) -> None:
    before = list(LANGUAGES)
    with speaking(tmp_path) as language:
        assert Sentence("today.which_day")(language, example="03-10") == accented(
            Sentence("today.which_day")("en", example="{example}")
        ).format(example="03-10")
        assert own_name(language) == accented("English")
        assert language_named(accented("English")) == language
        assert TypeAdapter(Language).validate_python(language) == language
        assert weekday(date(2026, 3, 13), language) == "ve"
    assert list(LANGUAGES) == before


def test_the_accented_language_keeps_what_is_no_word() -> None:
    said = accented("Send /paper 2 or {id} to @bot, see https://arxiv.org/abs/1 and set HF_TOP.")
    for kept in ("/paper 2", "{id}", "@bot", "https://arxiv.org/abs/1", "HF_TOP"):
        assert kept in said
    assert "Send" not in said
    plain = "Nothing new was announced today by any of the sources that are read"
    assert 1.25 < len(accented(plain)) / len(plain) < 1.5
