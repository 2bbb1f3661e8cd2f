"""A deep dive: the short answer first, honest about its source, whole statements on every page."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.render.deep_dive import dive
from bot.render.deep_links import PAGE
from bot.render.message import Message
from core.analyze.deep_dives import DeepDive
from core.models.values import Advice, Conclusion, Delay, Point, ScoreKind, Takeaway
from tests.bot.render.examples import paper, quotes, reading, scored
from tests.telegram_parser import judge


def _pages(made: DeepDive, **changes: object) -> list[Message]:
    pages = list(dive(paper(1, **changes), made, "zh"))
    assert [judge(page) for page in pages] == [[] for _ in pages]
    return pages


def _points(name: str, count: int, length: int = 600) -> tuple[Point, ...]:
    return tuple(Point(text=f"{name}{n}开头{'文' * length}{name}{n}结尾") for n in range(count))


def test_a_usual_reading_is_one_message_without_page_buttons() -> None:
    (page,) = _pages(reading())
    assert [[button.text for button in row] for row in page.buttons] == [["📄 arXiv", "💻 代码"]]
    assert page.preview is None


def test_the_headline_stands_first_and_what_to_do_last() -> None:
    (page,) = _pages(reading())
    assert page.text.index("💡 RestoreFlow 四步修复") < page.text.index("1. 核心创新点")
    assert page.text.endswith("\n\n结论：读 · 四步采样可直接用")


def test_a_reading_of_before_has_neither() -> None:
    """What was stored by an older schema has no headline; its first sentence is not said twice."""
    (page,) = _pages(reading(headline=None, conclusion=None, results=()))
    assert page.text.count("提出 RestoreFlow") == 1
    assert "💡" not in page.text
    assert "结论" not in page.text


def test_results_say_who_wins_and_who_loses() -> None:
    (page,) = _pages(reading())
    assert "• RealSR LPIPS↓ 0.287 ✓ 胜过 0.312 (StableSR) (表 2)\n" in page.text
    assert "• DIV2K PSNR↑ 24.1 ✗ 不及 24.6 (SwinIR)\n" in page.text


def test_only_the_first_section_is_open() -> None:
    (page,) = _pages(reading())
    kinds = [entity.kind for entity in page.entities if "quote" in entity.kind]
    assert kinds == ["blockquote"] * 2 + ["expandable_blockquote"] * 3


def test_long_readings_break_between_sections() -> None:
    made = reading(
        contribution=_points("甲", 3),
        methodology=_points("乙", 4),
        takeaway=_points("丙", 2),
        limitations=_points("丁", 2),
    )
    pages = _pages(made)
    starts = [page.text.splitlines()[0] for page in pages[1:]]
    assert starts == ["2. 技术细节 (Methodology)", "4. 潜在缺陷 (Limitations)"]


def test_a_section_longer_than_a_page_breaks_between_statements_and_says_so() -> None:
    pages = _pages(reading(contribution=_points("甲", 12)))
    whole = "\n".join(page.text for page in pages)
    assert "1. 核心创新点 (Key Contribution)（续）" in whole
    for n in range(12):
        (of,) = [page for page in pages if f"甲{n}开头" in page.text]
        assert f"甲{n}结尾" in of.text


def test_no_statement_is_lost_or_said_twice() -> None:
    made = reading(contribution=_points("甲", 9), limitations=_points("丁", 9, 300))
    whole = "\n".join(page.text for page in _pages(made))
    for name in [*(f"甲{n}结尾" for n in range(9)), *(f"丁{n}结尾" for n in range(9))]:
        assert whole.count(name) == 1


def test_a_statement_without_end_is_clipped_and_too_much_emphasis_goes() -> None:
    made = reading(
        contribution=(Point(text="长" * 10_000),), methodology=(Point(text="`x` " * 300),)
    )
    pages = _pages(made)
    assert "长…" in pages[0].text
    assert all(len(page.entities) <= 100 for page in pages)


def test_pages_are_turned_in_place() -> None:
    pages = _pages(reading(contribution=_points("甲", 14)))
    rows = [[button.text for button in page.buttons[0]] for page in pages]
    assert rows == [["1/3", "›"], ["‹", "2/3", "›"], ["‹", "3/3"]]
    targets = [[PAGE.fullmatch(button.data or "")["page"] for button in page.buttons[0]]  # type: ignore[index]
               for page in pages]  # fmt: skip
    assert targets == [["0", "1"], ["0", "1", "2"], ["1", "2"]]


def test_quotes_are_the_papers_own_characters_and_say_what_they_are() -> None:
    (page,) = _pages(quotes())
    assert "“We present RestoreFlow, a *four-step* restorer.”\n" in page.text
    assert "下面是程序从论文里挑出的原句" in page.text
    assert "💡" not in page.text
    assert page.text.count("摘要中没有可摘录的相关句子。") == 1


def test_quotes_that_stand_in_for_a_reading_say_when_to_ask_again() -> None:
    waits = DeepDive(quotes().analysis, Delay.QUOTA, timedelta(hours=3))
    (page,) = _pages(waits)
    assert "模型配额已用完，约 3 小时后再查看即有深度解读" in page.text
    assert "不是模型解读" not in page.text


def test_why_it_was_chosen_is_said_where_it_was() -> None:
    (page,) = dive(paper(1), reading(), "en", scored(paper(1), 71, ScoreKind.LOCAL, "matches x"))
    assert "🎯 Why: matches x" in page.text
    assert "⭐ 71 · local score" in page.text
    assert "Why" not in dive(paper(1), reading(), "en")[0].text


def test_a_doubt_stands_behind_its_statement_whatever_was_cut_off() -> None:
    made = Point(text=f"FID **1.2** 很低{'。' * 9}{'长' * 3000}", doubts=("1.2",), elsewhere=())
    (page, *_) = _pages(reading(limitations=(made.model_copy(update={"where": "§6"}),)))
    assert re.search(r"• FID 1\.2 很低.*长… 〔原文未见：1\.2〕 \(§6\)", page.text)


def test_a_blank_statement_is_none() -> None:
    (page,) = _pages(reading(limitations=(Point(text=" \u200b"),), takeaway=(Point(text="&#32;"),)))
    assert page.text.count("\n这一节没有能在原文中核实的内容。") == 1


def test_only_pages_on_the_web_get_a_button() -> None:
    changes = {"id": "openreview:a_B-c", "code_url": "javascript:alert(1)",
               "project_url": "https://example.github.io/x"}  # fmt: skip
    (page,) = _pages(reading(), **changes)
    assert [(button.text, button.url) for button in page.buttons[0]] == [
        ("📄 OpenReview", "https://openreview.net/forum?id=a_B-c"),
        ("🌐 项目主页", "https://example.github.io/x"),
    ]


def _own(kind: ScoreKind, text: str = "可以试试 **四步** 采样_") -> Takeaway:
    return Takeaway(points=(Point(text=text, where="§3"),), kind=kind, model="m")


def test_the_takeaway_of_the_readers_own_focus_stands_in_place_of_everybodys() -> None:
    (page,) = _pages(replace(reading(), takeaway=_own(ScoreKind.LLM)))
    assert "• 可以试试 四步 采样_ (§3)\n" in page.text
    assert "num_steps=4" not in page.text
    assert "3. 对我的启发 (Takeaway)\n" in page.text
    assert "本地生成" not in page.text


def test_the_last_line_is_for_the_readers_own_focus_or_for_nobody() -> None:
    own = _own(ScoreKind.LLM)
    (page,) = _pages(replace(reading(), takeaway=own))
    assert "结论" not in page.text
    end = Conclusion(advice=Advice.SKIP, why="与监控无关")
    (page,) = _pages(replace(reading(), takeaway=own.model_copy(update={"conclusion": end})))
    assert page.text.endswith("\n\n结论：跳过 · 与监控无关")


@pytest.mark.parametrize("made", [reading(), quotes()], ids=["reading", "quotes"])
def test_one_worded_locally_says_so_and_is_neither_markdown_nor_a_quote(made: DeepDive) -> None:
    (page,) = _pages(replace(made, takeaway=_own(ScoreKind.LOCAL)))
    assert re.search(r"• 可以试试 \*\*四步\*\* 采样_(?: \(§3\))? · 本地生成\n", page.text)
    assert "3. 对我的启发 (Takeaway)\n" in page.text


def test_a_papers_place_in_the_month_stands_beside_its_score() -> None:
    chosen = scored(paper(1), 93, ScoreKind.LOCAL).model_copy(update={"top_share": 0.01})
    (page,) = dive(paper(1), reading(), "zh", chosen)
    assert "⭐ 93 · 本地评分 · 本月前 1 % · HuggingFace" in page.text
