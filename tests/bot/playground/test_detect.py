"""What Telegram finds in plain text by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground.detect import detected
from bot.playground.validate import length

FOUND = {
    "/paper 2602.20981": ["bot_command:/paper"],
    "/paper@paperboy_bot x": ["bot_command:/paper@paperboy_bot"],
    "看 /today 吧": ["bot_command:/today"],
    "and/or, 1/2, //": [],
    "https://arxiv.org/abs/2602.20981v2": ["url:https://arxiv.org/abs/2602.20981v2"],
    "看https://arxiv.org/abs/2602.20981。": ["url:https://arxiv.org/abs/2602.20981"],
    "(arxiv.org/abs/2602.20981).": ["url:arxiv.org/abs/2602.20981"],
    "问 @paperboy_bot #论文": ["mention:@paperboy_bot", "hashtag:#论文"],
    "me@example.org": [],
    "2602.20981, v1.5 and e.g. this": [],
    "😀 https://a.org": ["url:https://a.org"],
}


@pytest.mark.parametrize("text", FOUND)
def test_links_commands_mentions_and_hashtags_are_found(text: str) -> None:
    units = text.encode("utf-16-le")
    shown = [
        f"{found['type']}:"
        + units[2 * found["offset"] : 2 * (found["offset"] + found["length"])].decode("utf-16-le")
        for found in detected(text)
    ]
    assert shown == FOUND[text]


def test_what_is_marked_already_is_left_alone() -> None:
    text = "https://a.org https://b.org"
    link = {"type": "text_link", "offset": 0, "length": 13, "url": "https://c.org"}
    assert detected(text, [link]) == [{"type": "url", "offset": 14, "length": 13}]
    bold = link | {"type": "bold"}
    assert len(detected(text, [bold])) == 2


@given(st.text("ab/@#.:😀论 \n" + "https://a.org"))
def test_what_is_found_lies_in_the_text_and_does_not_overlap(text: str) -> None:
    end = 0
    for found in detected(text):
        assert found["offset"] >= end
        assert found["length"] > 0
        end = found["offset"] + found["length"]
    assert end <= length(text)
