"""The table of contents fits, counts what it leaves out, and opens what it shows."""

from datetime import date
from typing import Any

import pytest

from bot.render.contents import contents
from bot.render.deep_links import OPEN
from bot.render.message import Message
from bot.render.view import View
from core.models.values import Edition, Note, NoteKind, Point, ScoreKind
from tests.bot.render.examples import DAY, analysis, edition, paper, scored
from tests.telegram_parser import judge

PRIVATE = View("zh", "paperboy_bot", is_private=True)
CHANNEL = View("zh", "paperboy_bot", is_private=False)
LONG = "长" * 400


def _one(made: Edition, view: View = PRIVATE) -> Message:
    (message,) = contents([made], view)
    assert judge(message) == []
    return message


def _many(picks: int, others: int = 0, **changes: Any) -> Edition:
    papers = [paper(n, title=LONG) for n in range(1, picks + others + 1)]
    return edition(
        picks=tuple(scored(item, 90, reason=LONG) for item in papers[:picks]),
        others=tuple(scored(item, 50) for item in papers[picks:]),
        **changes,
    )


def test_runners_up_give_way_to_picks_and_are_counted() -> None:
    message = _one(_many(5, 12))
    assert "……另有" in message.text
    shown = message.text.count("50 · ")
    assert 0 < shown < 12
    assert f"……另有 {12 - shown} 篇" in message.text


def test_without_room_for_one_runner_up_they_are_only_counted() -> None:
    note = Note(kind=NoteKind.SOURCE_DOWN, source="s" * 60)
    message = _one(_many(6, 3, notes=(note,)))
    assert "50 · " not in message.text
    assert message.text.endswith("📎 另有 3 篇候选")


def test_very_many_picks_go_on_in_a_second_message_with_their_own_buttons() -> None:
    messages = contents([_many(9, 3)], PRIVATE)
    assert [judge(message) for message in messages] == [[], []]
    labels = [[b.text for row in message.buttons for b in row] for message in messages]
    assert labels[0] == [f"📖 {n}" for n in range(1, 7)], "too many for a row each"
    assert labels[1] == ["📖 7", "👍", "👎", "📖 8", "👍", "👎", "📖 9", "👍", "👎"]
    assert "Runners-up" not in messages[0].text
    assert "Runners-up" in messages[1].text


def test_in_private_a_button_opens_a_paper_here_and_in_a_channel_it_leads_to_the_bot() -> None:
    here = [row[0] for row in _one(edition()).buttons]
    assert [OPEN.fullmatch(button.data or "")["paper"] for button in here] == [  # type: ignore[index]
        paper(1).id,
        paper(2).id,
    ]
    there = [row[0] for row in _one(edition(), CHANNEL).buttons]
    assert [button.url for button in there] == [
        "https://t.me/paperboy_bot?start=paper_2603_11041",
        "https://t.me/paperboy_bot?start=paper_2603_11042",
    ]


def test_beside_each_paper_stands_what_a_reader_can_say_of_it() -> None:
    private = [row[1:] for row in _one(edition()).buttons]
    public = [row[1:] for row in _one(edition(), CHANNEL).buttons]
    assert [[button.data for button in row] for row in private] == [
        [f"m:like:{paper(n).id}", f"m:dislike:{paper(n).id}"] for n in (1, 2)
    ]
    assert [[button.data for button in row] for row in public] == [
        [f"m:like:{paper(n).id}"] for n in (1, 2)
    ]


def test_what_is_from_outside_a_readers_taste_stands_behind_the_picks() -> None:
    own = edition()
    other = scored(paper(9), reason="换换口味：不是按你的口味选的")
    own = own.model_copy(update={"digest": own.digest.model_copy(update={"beside": other})})
    message = _one(own)
    assert message.text.index("换换口味") > message.text.index(f"2. {paper(2).title[:9]}")
    assert [row[0].text for row in message.buttons] == ["📖 1", "📖 2", "📖 3"]


def test_rows_of_buttons_are_even() -> None:
    made = edition(picks=tuple(scored(paper(n)) for n in range(1, 7)), others=())
    assert [len(row) for row in _one(made).buttons] == [3, 3]


def test_there_is_no_link_preview() -> None:
    assert _one(edition()).preview is None


def test_only_a_paper_listed_earlier_says_so() -> None:
    text = _one(edition()).text
    assert text.count("首次列出") == 1
    assert "首次列出 03-11" in text


def test_a_local_score_is_labelled_and_among_equals_only_on_picks() -> None:
    local = ScoreKind.LOCAL
    made = edition(
        picks=(scored(paper(1), 70, local),), others=(scored(paper(3), 50, local),)
    )  # fmt: skip
    text = _one(made).text
    assert "⭐ 70 · 本地评分" in text
    assert "\n50 · UniTok" in text


def test_many_notes_do_not_push_the_picks_away() -> None:
    kinds = [kind for kind in NoteKind if kind is not NoteKind.NOTHING_NEW]
    notes = tuple(Note(kind=kind, source="s" * 300, count=1) for kind in kinds)
    text = _one(edition(notes=notes)).text
    assert text.count("ℹ️") == 6
    assert "📎" in text


def test_missed_days_come_in_one_message_newest_first_and_a_paper_once() -> None:
    old = edition(day=date(2026, 3, 12), picks=(scored(paper(1)), scored(paper(7))), others=())
    (message,) = contents([old, edition()], PRIVATE)
    assert judge(message) == []
    assert message.text.count("RestoreFlow") == 1
    assert message.text.index("2026-03-13") < message.text.index("2026-03-12")
    assert "3. Paper 7" in message.text, "today's numbers stay today's"
    assert "2 天共扫描 304 篇，精选 3 篇" in message.text


def test_a_missed_day_without_picks_does_not_speak_of_today() -> None:
    quiet = edition(day=date(2026, 3, 12), picks=(), others=())
    (message,) = contents([quiet, edition(picks=(), others=())], PRIVATE)
    assert "今天" not in message.text
    assert message.text.count("这一天没有入选论文。") == 2
    assert message.buttons == ()


def test_seven_missed_days_still_are_readable() -> None:
    days = [
        edition(
            day=DAY.replace(day=n),
            picks=(scored(paper(n * 10)), scored(paper(n * 10 + 1))),
            others=tuple(scored(paper(100 + k), 50) for k in range(10)),
        )
        for n in range(7, 14)
    ]
    messages = contents(days, PRIVATE)
    assert len(messages) == 1
    assert judge(messages[0]) == []
    assert sum(len(row) for row in messages[0].buttons) == 14


def test_the_threshold_named_is_the_readers_own() -> None:
    strict = View("zh", "paperboy_bot", is_private=True, threshold=95)
    assert "今天没有论文达到 95 分" in _one(edition(), strict).text


def test_nothing_to_show_is_no_message() -> None:
    assert contents([], PRIVATE) == ()


@pytest.mark.parametrize("paper_id", ["openreview:" + "x" * 60, "weird id?&", "🚀"])
@pytest.mark.parametrize("view", [PRIVATE, CHANNEL])
def test_a_paper_no_button_can_name_is_shown_without_one(paper_id: str, view: View) -> None:
    message = _one(edition(picks=(scored(paper(1, id=paper_id)), scored(paper(2)))), view)
    assert [len(row) for row in message.buttons] == [3 if view.is_private else 2]


def test_a_papers_place_in_the_month_stands_beside_its_score() -> None:
    first, second = edition().digest.picks
    placed = first.model_copy(update={"top_share": 0.03})
    message = _one(edition(picks=(placed, second)))
    assert "⭐ 93 · 本月前 3 % · HuggingFace" in message.text
    assert message.text.count("本月前") == 1


def test_a_headline_stands_above_the_title_and_the_readers_own_knows_better() -> None:
    told = {"headline": "用流匹配做复原"}
    pick = scored(paper(1, title="Flow Matching"), 90).model_copy(update=told)
    told = {"headline": "另一篇做了别的"}
    other = scored(paper(2, title="Another"), 50).model_copy(update=told)
    made = edition(picks=(pick,), others=(other,))
    text = _one(made).text
    assert "1. 用流匹配做复原\nFlow Matching\n" in text
    assert "50 · 另一篇做了别的\nAnother" in text
    headline = Point(text="读过的人说它做了什么")
    read = analysis(headline=headline)
    assert (
        made.model_copy(update={"analyses": {pick.paper.id: read}}).headline(pick) == headline.text
    )
