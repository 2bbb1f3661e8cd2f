"""The judge itself: what Telegram refuses is refused, in its words."""

import pytest

from bot.render.message import Button, Entity, Message
from tests.telegram_parser import judge

_link = Entity("text_link", 0, 3, url="https://a.example/b")


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        (Message(" \n"), "message text is empty"),
        (Message(" abc"), "would trim"),
        (Message("🚀" * 2049), "too long"),
        (Message("a\u202eb"), "nobody sees"),
        (Message("🚀x", (Entity("bold", 1, 2),)), "middle of a UTF-16 symbol"),
        (Message("abc", (Entity("bold", 1, 9),)), "ends after the end of the text"),
        (Message("abc", (Entity("bold", 1, 0),)), "an empty bold"),
        (Message("abc", (Entity("text_link", 0, 3, url="https://a"),)), "Wrong HTTP URL"),
        (Message("abc", (Entity("text_link", 0, 3),)), "text_link with url None"),
        (Message("abc", (Entity("marquee", 0, 3),)), "unknown kinds"),
        (Message("abc", (Entity("bold", 0, 2), Entity("italic", 1, 2))), "cross"),
        (
            Message("abc", (Entity("blockquote", 0, 3), Entity("expandable_blockquote", 1, 1))),
            "a quote in a quote",
        ),
        (Message("x" * 101, tuple(Entity("bold", at, 1) for at in range(101))), "more than 100"),
        (Message("a", buttons=((Button("b", data="x" * 65),),)), "BUTTON_DATA_INVALID"),
        (Message("a", buttons=((Button("b", url="https://a"),),)), "Wrong HTTP URL"),
        (Message("a", buttons=((Button("b", url="tg://user?id=1"),),)), "button url"),
        (Message("a", buttons=((Button(" ", data="x"),),)), "button text is empty"),
        (Message("a", buttons=((Button("b"),),)), "data or url"),
        (Message("a", buttons=((),)), "empty row"),
        (Message("a", buttons=((Button("b", data="x"),) * 8,) * 13), "too many buttons"),
        (Message("a", buttons=((Button("b", data="x"),) * 9,)), "more than 8"),
    ],
)
def test_the_judge_refuses_what_telegram_refuses(message: Message, complaint: str) -> None:
    assert any(complaint in said for said in judge(message)), judge(message)


def test_the_judge_takes_what_telegram_takes() -> None:
    entities = (Entity("expandable_blockquote", 0, 8), _link, Entity("bold", 0, 3))
    rows = ((Button("a", data="x" * 64), Button("b", url="https://t.me/bot?start=x")),)
    assert judge(Message("abc **d ⭐️", entities, rows)) == []
