"""Text with entities: offsets in UTF-16, nothing cut in two, outside words never interpreted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.message import Entity, Message, units
from bot.render.text import (
    Text,
    bold,
    code,
    fits,
    join,
    lines,
    link,
    markdown,
    plain,
    quote,
    web_address,
)
from tests.bot.render.drawing import drawn
from tests.telegram_parser import judge


def _drawn(text: Text) -> str:
    message = Message(text.text, text.entities)
    assert judge(message) == []
    return drawn(message).rstrip("\n")


def test_offsets_are_counted_in_utf16_units() -> None:
    text = Text("🚀 ") + bold(Text("x")) + Text("𝓛") + code("y")
    assert text.entities == (Entity("bold", 3, 1), Entity("code", 6, 1))
    assert text.units == units(text.text) == 7


def test_pieces_nest() -> None:
    text = quote(lines(bold(link(Text("title"), "https://a.example/x")), Text("more")))
    assert _drawn(text) == "❝ **[title](https://a.example/x)**\nmore ❞"


def test_empty_pieces_leave_no_trace() -> None:
    assert lines(Text(), Text("a"), bold(Text()), Text("b")) == Text("a\nb")
    assert join(" · ", [Text(), Text()]) == Text()
    assert bold(Text("  ")).entities == ()


def test_outside_words_are_one_visible_line_and_mean_nothing() -> None:
    text = plain("**a** [b](c)\n# d \u202e<b>e</b>\u200b\x00 \ud800")
    assert text == Text("**a** [b](c) # d <b>e</b>")
    assert _drawn(code("a`b\n")) == "`a`b`"


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 5, "short"),
        ("a long title", 9, "a long…"),
        ("unbrokenword", 9, "unbroken…"),
        ("中文标题很长", 4, "中文标…"),
        ("ab🚀🚀", 4, "ab…"),
        ("ab👍🏽cd", 6, "ab…"),
        ("cafe\u0301s are", 5, "caf…"),
        ("x🇨🇳🇩🇪", 7, "x🇨🇳…"),
        ("🇨🇳🇩🇪", 3, "…"),
        ("a" * 30, 1, "…"),
    ],
)
def test_a_cut_is_between_symbols_and_between_words(text: str, limit: int, expected: str) -> None:
    assert plain(text, limit).text == expected


def test_a_cut_shortens_the_entities_it_passes() -> None:
    text = Text("xy ") + bold(Text("bold and") + code(" more")) + code("gone")
    assert text.clipped(8) == Text("xy bold…", (Entity("bold", 3, 4),))


@given(st.text(alphabet=st.sampled_from("a 🚀中é\u0301🏽🇨🇳\n")), st.integers(1, 30))
def test_a_cut_text_has_room_and_whole_symbols(words: str, limit: int) -> None:
    text = bold(Text(words)).clipped(limit)
    assert text.units <= limit
    text.text.encode("utf-16-le")  # a half symbol could not be encoded
    assert all(entity.offset + entity.length <= text.units for entity in text.entities)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("**bold** and _slanted_ `code`", "**bold** and _slanted_ `code`"),
        ("# Heading\ntext", "**Heading**\ntext"),
        ("- one\n- two", "– one\n– two"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "```a | b\n--+--\n1 | 2```"),
        ("$x_1 = \\frac{1}{2}$", "x₁ = ½"),
        ("$x_{i,j}*y_*$ and $\\{$", "x_(i,j)*y_* and `\\{`"),
        ("costs $5 to $6", "costs $5 to $6"),
        ("5 * 3 * 2 and snake_case_name", "5 * 3 * 2 and snake_case_name"),
        ("a < b, List<int>, <image> tokens", "a < b, List<int>, <image> tokens"),
        ("a <script>alert(1)</script>", "a <script>alert(1)</script>"),
        ("[tap](https://evil.example) ![i](https://evil.example/i.png)", "tap 🖼i"),
        ("> quoted\n\n||hidden||", "quoted\n\nhidden"),
        ("```py thon\nx\n```", "```x```"),
        ("```python\nx\n```", "```x```"),
        ("&#8238;**over**ride", "override"),
        (">>>>", ">>>>"),
        ("a\n\n---\n\nb", "a\n\n————————\n\nb"),
    ],
)
def test_a_models_markdown_becomes_entities_but_never_a_link(source: str, expected: str) -> None:
    assert _drawn(markdown(source)) == expected


@pytest.mark.parametrize(("named", "kept"), [("c++", "c++"), ("we`ird", None), ("", None)])
def test_a_code_blocks_language_is_kept_where_it_is_one(named: str, kept: str | None) -> None:
    assert [entity.language for entity in markdown(f"~~~{named}\nx\n~~~").entities] == [kept]


@pytest.mark.parametrize(
    "source", ["[" * 9000, "$" + "\\sqrt{" * 900 + "}" * 900 + "$", "**a " * 2000, "> " * 3000]
)
def test_markdown_made_to_hurt_becomes_some_text(source: str) -> None:
    text = markdown(source).clipped(4096).sparse(100)
    assert judge(Message(text.text, text.entities)) == []


@pytest.mark.parametrize(
    ("url", "is_taken"),
    [
        ("https://github.com/example/x", True),
        ("http://sub.example.co.uk:8080/a?b=c#d", True),
        ("https://github.com", True),
        ("javascript:alert(1)", False),
        ("tg://user?id=1", False),
        ("https://a", False),
        ("https://", False),
        ("http://[::1", False),
        ("https://user:secret@example.com/", False),
        ("https://exa mple.com", False),
        ("https://example.com/" + "y" * 2000, False),
        ("", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(url: str | None, is_taken: bool) -> None:
    assert (web_address(url) == url) is (is_taken or url is None)
    text = link(Text("label"), url)
    assert bool(text.entities) is is_taken
    assert judge(Message(text.text, text.entities)) == []


def test_a_message_holds_4096_units_and_100_entities() -> None:
    assert fits(Text("🚀" * 2048))
    assert not fits(Text("🚀" * 2048 + "x"))
    assert not fits(Text("x" * 200, tuple(Entity("bold", at, 1) for at in range(101))))
