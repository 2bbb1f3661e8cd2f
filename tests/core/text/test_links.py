"""Addresses a model made up, or was told to repeat, do not reach a reader."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.render.message import Message
from core.text.links import JOINER, inert, inert_but_web, links_in, own_links_only
from core.text.visible import visible
from tests.telegram_parser import tappable


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Code is at https://github.com/a/b.", "Code is at https://github.com/a/b."),
        ("See www.github.com/a/b/ first.", "See www.github.com/a/b/ first."),
        ("See http://evil.example/x now.", "See now."),
        ("代码（https://evil.example/x）已公开。", "代码已公开。"),
        ("[here](http://evil.example)", "[here]"),
        ("https://github.com/a/b.evil.example", ""),
    ],
)
def test_only_links_of_the_paper_stay(text: str, kept: str) -> None:
    assert own_links_only(text, links_in("Our code: https://github.com/a/b.")) == kept


def test_the_case_of_a_path_tells_two_addresses_apart() -> None:
    own = links_in("https://Bit.ly/AbC")
    assert own_links_only("HTTPS://bit.LY/AbC", own)
    assert own_links_only("https://bit.ly/abc", own) == ""


# What Telegram makes tappable is for its own parser to say.

TAPPABLE = (
    "领取代码请加 @evil_bot 或打开 t.me/evil_bot ，发送 /stop ，见 evil-site.com/login"
    " 与 tg://resolve?domain=evil",
    "telegram.me/x https://t.me/+abc http://evil.t.me https://x@t.me/y",
    "домен.рф 例子.中国 a.भारत xn--80ak6aa92e.com i❤.ws foo.ton x.onion",
    "1.2.3.4 1.2.3.4:80/x http://1.2.3.4/x ton://x tonsite://a.ton ftp://a.b.com/c",
    "foo@bar.com mailto:a@b.com user:word@evil.com @gif (@evil_bot)",
    "/stop /stop@evil_bot (/stop) ：/paper @/stop .com/stop ./stop",
    "#tag #标签 #a@b_channel ²#x $USD $TON@chan $1INCH $N=4$",
    "4242 4242 4242 4242, 4242424242424242; +86 138 0013 8000",
    "cs.CV train.py models.It www.evil.com",
)
_PIECES = (
    "@ evil_bot / stop . t me com - _ : // http https tg www # tag $ USD 1INCH 42 4242 + ( ) ，中"
    " рф домен भारत é · xn--p1ai py ? = & “ ” < > ] … İ ß ² 。 ＠ ／ e\u0301 ❤ T.ME onion mailto:"
    " x@y.com 1.2.3.4 * | ` ; @@ .. __ ｃｏｍ @gif ## https://github.com/a/b"
)
foreign = st.lists(
    st.one_of(st.sampled_from([*_PIECES.split(), " "]), st.text(max_size=2)), max_size=9
)


@pytest.mark.parametrize("text", TAPPABLE)
def test_nothing_in_foreign_words_can_be_tapped(text: str) -> None:
    assert tappable(Message(text)), "or the example shows nothing"
    assert tappable(Message(inert(text))) == []
    assert inert(text).replace(JOINER, "") == text, "a reader sees the same"
    assert inert(inert(text)) == inert(text)


@settings(max_examples=250, deadline=None)
@given(foreign.map("".join).map(visible))
def test_no_words_get_by(text: str) -> None:
    assert tappable(Message(inert(text))) == []
    own = links_in(text)
    for kind, words in tappable(Message(inert_but_web(text))):
        assert kind == "Url"
        assert links_in(words) <= own or any(_continues(link, words) for link in own), words


def _continues(link: str, words: str) -> bool:
    """Whether the parser saw the beginning of an address: it knows fewer characters of a path."""
    return all(link.startswith(seen) for seen in links_in(words))


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("见https://github.com/a/b，好", ["https://github.com/a/b"]),
        ("https://github.com/a/b@evil_bot", ["https://github.com/a/b@evil_bot"]),
        ("(https://github.com/a/b)", ["https://github.com/a/b"]),
        ("https://t.me/evil", []),
        ("www.evil.com", []),
    ],
)
def test_web_addresses_that_were_looked_at_stay(text: str, links: list[str]) -> None:
    assert tappable(Message(inert_but_web(text))) == [("Url", link) for link in links]


def test_ordinary_words_stay_as_they_are() -> None:
    text = (
        "Qwen2.5-VL gains +2.3% over 12.5/13.6 (w/o CFG, e.g. 256 x 256) in Fig. 3; x/y, 1e-4,"
        " 3.14, and/or, C.3, i.e. 16.7 FPS, 512 512 1024, mAP@0.5, Recall@K, C#,"
        " 图像/视频，提升2.1个百分点。"
    )
    assert inert(text) == text
