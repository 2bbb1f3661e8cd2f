"""/topics."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.topics import LONGEST, MOST, Mistake, chosen
from core.visible import one_line
from tests.bot.commands.conftest import CHEN, Stage

OWN = ("diffusion", "超分")


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("视频生成, 3D 重建", ("视频生成", "3D 重建")),
        ("a，b、c；d;e\nf", ("a", "b", "c", "d", "e", "f")),
        ("flow matching", ("flow matching",)),
        ("x, X , x", ("x",)),
        ("+低光增强", (*OWN, "低光增强")),
        ("＋低光增强", (*OWN, "低光增强")),
        ("+ 低光增强, - Diffusion", ("超分", "低光增强")),
        ("+diffusion", OWN),
        ("-diffusion, -超分", ()),
        ("reset", ()),
        ("默认", ()),
        ("super-resolution", ("super-resolution",)),
        ("de\u200bblur\u202ering", ("deblurring",)),
        ("ﬂow", ("flow",)),
    ],
)
def test_topics_are_set_added_and_removed(text: str, topics: tuple[str, ...]) -> None:
    assert chosen(text, OWN) == topics


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("🙈🙈, 🎉", "wordless"),
        ("\u200b\u2060", "wordless"),
        ("...", "wordless"),
        ("+", "wordless"),
        (",,，", "wordless"),
        ("x" * (LONGEST + 1), "long"),
        (",".join(f"t{n}" for n in range(MOST + 1)), "many"),
        ("-nothing of mine", "unknown"),
        ("+a, b", "mixed"),
        ("x" * 4096, "long"),
    ],
)
def test_what_makes_no_topic_is_refused_with_a_reason(text: str, kind: str) -> None:
    refused = chosen(text, OWN)
    assert isinstance(refused, Mistake)
    assert refused.kind == kind


@given(st.text(max_size=300))
def test_any_text_gives_topics_within_the_limits_or_a_reason(text: str) -> None:
    topics = chosen(text, OWN)
    if isinstance(topics, Mistake):
        return
    assert len(topics) <= MOST
    assert all(0 < len(topic) <= LONGEST and one_line(topic) == topic for topic in topics)
    assert len({topic.casefold() for topic in topics}) == len(topics)


async def test_topics_are_shown_changed_and_given_back(stage: Stage) -> None:
    assert "日报的主题" in await stage.ask("/topics")
    assert "先发 /start" in await stage.ask("/topics +x")
    await stage.say("/start", count=2)
    said = await stage.ask("/topics 视频生成, 3D 重建")
    assert "• 视频生成\n• 3D 重建" in said
    assert "下一份日报（明天 08:30（上海）" in said
    assert "本地评分" in said
    assert "你自己的主题" in await stage.ask("/topics")
    chat = await stage.core.store.chats.get(CHEN)
    assert chat is not None
    assert chat.interests == ("视频生成", "3D 重建")
    assert "已用回日报的主题" in await stage.ask("/topics reset")
    chat = await stage.core.store.chats.get(CHEN)
    assert chat is not None
    assert chat.interests == ()


async def test_an_emoji_is_refused_in_one_sentence(stage: Stage) -> None:
    await stage.say("/start", count=2)
    assert "里没有文字" in await stage.ask("/topics 🎉🎉")


async def test_a_reader_with_new_topics_still_sees_a_list(stage: Stage) -> None:
    await stage.say("/start", count=2)
    await stage.ask("/topics 视频生成")
    assert "2026-03-13" in await stage.ask("/today")
