"""Texts and entities, judged by TDLib, whose parser Telegram's servers share."""

import json
from collections import Counter
from typing import Any

import pytest
import tdjson
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.refusals import Refusal
from bot.playground.validate import MAX_UNITS, cleaned, length, refuse_markup

Json = dict[str, Any]
TDLIB_KINDS = {"bold": "Bold", "italic": "Italic", "code": "Code", "spoiler": "Spoiler"}


@pytest.fixture(autouse=True, scope="module")
def quiet() -> None:
    """Keep TDLib from telling all it does."""
    tdjson.td_execute(b'{"@type":"setLogVerbosityLevel","new_verbosity_level":1}')


def tdlib_says(text: str, entities: list[Json]) -> str | None:
    """Return TDLib's complaint, None if it has none."""
    shown = [
        {
            "@type": "textEntity",
            "offset": entity["offset"],
            "length": entity["length"],
            "type": {"@type": f"textEntityType{TDLIB_KINDS[entity['type']]}"},
        }
        for entity in entities
    ]
    request = {
        "@type": "getMarkdownText",
        "text": {"@type": "formattedText", "text": text, "entities": shown},
    }
    answer = json.loads(tdjson.td_execute(json.dumps(request).encode()) or b"")
    return str(answer["message"]) if answer["@type"] == "error" else None


def we_say(text: str, entities: list[Json]) -> str | None:
    try:
        cleaned(text, entities, Counter())
    except Refusal as refusal:
        return str(refusal).removeprefix("Bad Request: ")
    return None


ENTITY = st.fixed_dictionaries(
    {
        "type": st.sampled_from(sorted(TDLIB_KINDS)),
        "offset": st.integers(-1, 14),
        "length": st.integers(-1, 14),
    }
)
# No blanks at the ends: TDLib's trimming for Markdown is another one than for messages.
SIGNS = st.text("ab é论😀𝔸\n", max_size=10).map(lambda text: f"x{text}x")


@given(SIGNS, ENTITY)
def test_it_takes_and_refuses_an_entity_as_tdlib_does(text: str, entity: Json) -> None:
    theirs, ours = tdlib_says(text, [entity]), we_say(text, [entity])
    assert (theirs is None) == (ours is None), (theirs, ours)


@given(SIGNS, st.lists(ENTITY, max_size=4))
def test_what_tdlib_refuses_is_never_taken(text: str, entities: list[Json]) -> None:
    # Not the other way round: TDLib joins entities of a kind, and drops those in code, before it
    # looks at borders; so it takes a few that are refused here.
    if tdlib_says(text, entities) is not None:
        assert we_say(text, entities) is not None


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("hello", {"type": "bold", "offset": 0, "length": 9}),
        ("hello", {"type": "bold", "offset": 7, "length": 2}),
        ("hello", {"type": "bold", "offset": -1, "length": 2}),
        ("hello", {"type": "bold", "offset": 0, "length": 2_000_000}),
        ("a😀b", {"type": "bold", "offset": 0, "length": 2}),
        ("a😀b", {"type": "bold", "offset": 2, "length": 1}),
    ],
)
def test_its_complaint_is_tdlibs(text: str, entity: Json) -> None:
    theirs, ours = tdlib_says(text, [entity]), we_say(text, [entity])
    assert theirs is not None
    assert ours is not None
    # TDLib counts bytes as well, in some of them; the Bot API makes the first letter small.
    assert (theirs[0].lower() + theirs[1:]).startswith(ours)


@given(st.text("a 论😀\n\r\t\u2028\x01", min_size=1, max_size=12), st.data())
def test_an_entity_still_marks_the_same_words_after_cleaning(
    text: str, data: st.DataObject
) -> None:
    text = f"{text}x"
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    entity = {"type": "bold", "offset": length(text[:start]), "length": length(text[start:end])}
    shown, kept = cleaned(text, [entity], Counter())
    marked = "".join(_units(shown, found) for found in kept)
    wanted = text[start:end].translate(_CLEAN)
    assert marked.strip(" \n") == wanted.strip(" \n")


_CLEAN = str.maketrans({"\r": "", "\u2028": "", "\t": " ", "\x01": " "})


def _units(text: str, entity: Json) -> str:
    units = text.encode("utf-16-le")
    first, last = entity["offset"], entity["offset"] + entity["length"]
    return units[2 * first : 2 * last].decode("utf-16-le")


def test_lengths_are_counted_after_trimming() -> None:
    text = "  " + "𝔸" * (MAX_UNITS // 2) + " \n"
    assert cleaned(text, [], Counter()) == (text.strip(), [])
    assert we_say(f"{text}x", []) == "message is too long"


def test_what_telegram_changes_without_a_word_is_changed_and_counted() -> None:
    mended: Counter[str] = Counter()
    many = [{"type": "bold", "offset": at, "length": 1} for at in range(103)]
    assert len(cleaned("x" * 200, many, mended)[1]) == 100
    crossing = [
        {"type": "bold", "offset": 0, "length": 4},
        {"type": "italic", "offset": 2, "length": 4},
        {"type": "wavy", "offset": 0, "length": 1},
    ]
    assert cleaned("hello world", crossing, mended)[1] == [
        {"type": "bold", "offset": 0, "length": 4},
        {"type": "italic", "offset": 2, "length": 2},
    ]
    assert mended == {
        "entities over 100": 3,
        "entities crossing": 1,
        "entities without effect": 1,
    }


@pytest.mark.parametrize("url", ["", "x", "ht tp://x y", "javascript:alert(1)", "ftp://a.org/x"])
def test_a_link_that_leads_nowhere_is_refused(url: str) -> None:
    entity = {"type": "text_link", "offset": 0, "length": 1, "url": url}
    assert str(we_say("hello", [entity])).startswith(f"entity URL '{url}' is invalid")


@pytest.mark.parametrize(
    "url", ["https://arxiv.org/abs/2602.1", "t.me/bot?start=x", "tg://user?id=1", "http://例.org"]
)
def test_a_link_is_taken(url: str) -> None:
    entity = {"type": "text_link", "offset": 0, "length": 1, "url": url}
    assert cleaned("hello", [entity], Counter()) == ("hello", [entity])


@pytest.mark.parametrize(
    "entity",
    ["bold", {"type": "bold"}, {"type": "bold", "offset": "0", "length": 1}, {"offset": True}],
)
def test_an_entity_of_the_wrong_shape_is_refused(entity: Any) -> None:
    assert we_say("hello", [entity]) is not None


def test_half_a_surrogate_pair_is_no_text() -> None:
    assert we_say("a\ud83d", []) == "strings must be encoded in UTF-8"


@pytest.mark.parametrize("mode", ["HTML", "Markdown", "MarkdownV2", "BBCode"])
def test_markup_is_a_mistake_here(mode: str) -> None:
    with pytest.raises(Refusal):
        refuse_markup("<b>*论文*</b>", mode)
    if mode != "BBCode":
        refuse_markup("论文日报", mode)
