"""The report keeps the format readers know, whatever a title holds."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from core.models.values import AnalysisKind, Delay, Edition, Language, Note, NoteKind, ScoreKind
from core.report.escape import inline, item, link_target
from core.report.markdown import note_lines, render_dive, render_report
from core.report.tex import CODE, readable
from core.text.links import unlinked
from core.text.visible import one_line
from tests.core.report.examples import edition, paper, reading, scored

GOLDEN = Path(__file__).parents[2] / "data" / "report"
HOSTILE = [
    "</a><script>alert(1)</script>",
    "A title](https://evil.example) with [brackets",
    "`code` and ``more``",
    "a | b | c",
    "first line\n## second line\r\n- third",
    "right-to-left \u202e override and \u2066isolate\u2069",
    "*stars* _under_ **bold** ~~gone~~",
    "&lt;b&gt; &amp; &copy;",
    "<a id='item-0'></a>",
    "![image](https://evil.example/x.png)",
    "https://evil.example/click and www.evil.example",
    "1. one",
    "# heading",
    "$x_{t}$ and \\frac{1}{2} \\",
    "zero\u200bwidth \u0000 nul \u2028 separator",
    "emoji 👩‍🔬 and 中文标题：《扩散》",
]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_is_the_golden_file(language: Language) -> None:
    golden = (GOLDEN / f"report_{language}.md").read_text(encoding="utf-8")
    assert render_report(edition(language)) == golden


def test_the_fixed_lines_stand_in_their_order() -> None:
    text = render_report(edition())
    fixed = [
        "# 🚀 CV 论文日报 | 2026-03-01",
        "> 🤖 今日动态：扫描 130 篇 (HF Top 15 + arXiv cs.CV)，"
        "精选 2 篇，其中 1 篇有深度解读，其余附原文摘录。",
        "## 📋 目录 (Quick View)",
        "- [RestoreFlow 1: Image Restoration by Rectified Flow](#item-0) (Score: 91)",
        "---",
        "## 🧠 深度解读 (Deep Dive)",
        "### <a id='item-0'></a>1. RestoreFlow 1: Image Restoration by Rectified Flow",
        "**来源**: HuggingFace 🔥 + arXiv 📄 | **评分**: 91/100",
        "**原文链接**: [https://arxiv.org/abs/2602.23339](https://arxiv.org/abs/2602.23339)",
        "#### 1. 核心创新点 (Key Contribution)",
        "#### 2. 技术细节 (Methodology)",
        "#### 3. 对我的启发 (Takeaway)",
        "#### 4. 潜在缺陷 (Limitations)",
        "### <a id='item-1'></a>2. RestoreFlow 2: Image Restoration by Rectified Flow",
    ]
    lines = iter(text.splitlines())
    assert all(line in lines for line in fixed), "a fixed line is missing or out of order"


def test_a_plain_title_needs_no_escapes() -> None:
    title = "EVATok: Adaptive Length (AR) Video-Tokenization, 24.4% Faster!"
    assert inline(title) == title


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_stays_a_title(title: str) -> None:
    _assert_title_survives(title)


@given(st.text(min_size=1, max_size=200))
def test_any_title_stays_a_title(title: str) -> None:
    _assert_title_survives(title)


def _assert_title_survives(title: str) -> None:
    """A CommonMark parser must see the same structure and the same characters, made inert."""
    bad = paper(1, title=title[:500])
    made = edition(picks=(scored(bad), scored(paper(2))), others=(scored(bad, 50),))
    tokens = (
        MarkdownIt("commonmark").enable("table").enable("strikethrough").parse(render_report(made))
    )
    expected = unlinked(one_line(readable(title[:500])))
    if "\\" in title or "$" in title:
        expected = CODE.sub(r"\1", expected)
    headings = [_text(tokens[i + 1]) for i, token in enumerate(tokens) if token.tag == "h3"][::2]
    assert headings[0] == f"1. {expected}".rstrip()
    links = [link for token in tokens for link in _links(token)]
    assert ("#item-0", expected) in links
    assert (bad.url, expected) in links
    allowed = {"#item-0", "#item-1", bad.url, paper(2).url, paper(1).code_url}
    assert {href for href, _ in links} <= allowed
    assert sum(token.tag == "h2" for token in tokens) // 2 == 3
    assert not any(token.type in {"html_block", "table_open", "fence"} for token in tokens)
    raw = [child.content for token in tokens for child in token.children or ()
           if child.type == "html_inline"]  # fmt: skip
    assert raw == ["<a id='item-0'>", "</a>", "<a id='item-1'>", "</a>"]


def _text(token: Token) -> str:
    return "".join(
        child.content
        for child in token.children or ()
        if child.type in {"text", "text_special", "code_inline"}
    ).strip()


def _links(token: Token) -> list[tuple[str, str]]:
    found, open_href, text = [], None, ""
    for child in token.children or ():
        if child.type == "link_open":
            open_href, text = str(child.attrs["href"]), ""
        elif child.type == "link_close" and open_href is not None:
            found.append((open_href, text))
            open_href = None
        elif open_href is not None:
            text += child.content
    return found


@given(st.text(max_size=300))
def test_an_item_never_becomes_another_block(text: str) -> None:
    plain = unlinked(one_line(text))
    tokens = MarkdownIt("commonmark").parse(f"- {item(text)}\n")
    inside = ["paragraph_open", "inline", "paragraph_close"] if plain else []
    assert [token.type for token in tokens] == [
        "bullet_list_open", "list_item_open", *inside, "list_item_close", "bullet_list_close",
    ]  # fmt: skip
    assert [_text(token) for token in tokens if token.type == "inline"] == [plain][: bool(plain)]


def test_a_day_without_a_pick_says_so_and_has_no_empty_chapter() -> None:
    text = render_report(edition(picks=()))
    assert "今天没有论文达到 60 分" in text
    assert "深度解读 (Deep Dive)" not in text
    assert "精选 0 篇" in text
    headings = [token.tag for token in MarkdownIt().parse(text) if token.type == "heading_open"]
    assert headings == ["h1", "h2", "h2"], "the rule before the runners-up made a heading"


def test_a_day_without_papers_says_so() -> None:
    down = (Note(kind=NoteKind.SOURCE_DOWN, source="huggingface"),)
    text = render_report(edition(picks=(), others=(), scanned=(), candidates=0, notes=down))
    assert "暂时读不到任何来源" in text
    assert "今天没有可供挑选的新论文" not in text, "nobody knows that when nothing was read"
    assert "HF 暂时无法读取" in text
    assert "没有可用来源" in text


def test_a_day_on_which_everything_was_shown_before_says_so() -> None:
    text = render_report(edition(picks=(), others=(), candidates=0, notes=()))
    assert "今天没有可供挑选的新论文" in text


def test_quoted_sentences_are_called_so_and_gaps_are_named() -> None:
    text = render_report(edition())
    assert "深度解读将在配额恢复后补上；以下先为论文原句摘录" in text
    assert "“We propose a flow.” (摘要)" in text
    assert "\n摘要中没有可摘录的相关句子。\n" in text


def test_a_paper_of_an_earlier_day_says_which() -> None:
    late, new = paper(1, listed=date(2026, 2, 27)), paper(2, listed=date(2026, 3, 1))
    text = render_report(edition(picks=(scored(late), scored(new))))
    assert text.count("**首次列出**: 2026-02-27") == 1
    assert "2026-03-01\n**代码" not in text


@pytest.mark.parametrize(
    ("delay", "line"),
    [
        (Delay.QUOTA, "> 深度解读将在配额恢复后补上。"),
        (Delay.SERVICE, "> 深度解读将在模型服务恢复后补上。"),
    ],
)
def test_a_pick_not_read_yet_says_what_it_waits_for(delay: Delay, line: str) -> None:
    changes = {"analyses": {}, "waiting": {"2602.23339": delay}}
    assert line in render_report(edition().model_copy(update=changes)).splitlines()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", NoteKind)
def test_every_note_has_words_in_both_languages(kind: NoteKind, language: Language) -> None:
    note = Note(kind=kind, source="arxiv", count=3)
    digest = edition(language).digest.model_copy(update={"notes": (note, note)})
    lines = note_lines(Edition(digest=digest))
    assert len(lines) <= 1
    for line in lines:
        assert "None" not in line
        assert bool(re.search("[\u4e00-\u9fff]", line)) == (language == "zh")


def test_a_deep_dive_of_its_own_carries_the_same_sections() -> None:
    text = render_dive(paper(1), reading("2602.23339"), "zh", None)
    assert text.startswith("# RestoreFlow 1")
    assert text.count("#### ") == 4
    assert "全文 (arXiv HTML) · gemini-flash-latest" in text


def test_an_extract_alone_is_labelled() -> None:
    analysis = reading("2602.23339", AnalysisKind.EXTRACTIVE)
    text = render_dive(paper(1), analysis, "en", None)
    assert "the paper's own sentences, picked by a program" in text
    assert "This part takes a model to write" in text


@pytest.mark.parametrize(
    ("delay", "retry_after", "language", "said"),
    [
        (Delay.QUOTA, timedelta(hours=3), "zh", "模型配额已用完，约 3 小时后再查看即有深度解读；"),
        (Delay.SERVICE, None, "zh", "模型服务暂时不可用，稍后再查看即有深度解读；"),
        (Delay.QUOTA, timedelta(seconds=38), "en", "used up; ask again in about 40 s for"),
        (Delay.SERVICE, None, "en", "cannot be reached; ask again later for the deep dive; until"),
    ],
)
def test_quotes_that_stand_in_for_a_reading_say_when_to_ask_again_and_promise_nothing(
    delay: Delay, retry_after: timedelta | None, language: Language, said: str
) -> None:
    analysis = reading("2602.23339", AnalysisKind.EXTRACTIVE)
    text = render_dive(paper(1), analysis, language, delay, retry_after)
    assert said in text
    assert "补上" not in text
    assert "follows" not in text
    assert "picked by a program" not in text


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://github.com/a/b", "https://github.com/a/b"),
        ("javascript:alert(1)", ""),
        ("https://x.example/a) [b](https://evil.example", ""),
        ("https://x.example/<script>", ""),
        ("https://例子.测试/", ""),
        ("", ""),
    ],
)
def test_only_plain_web_addresses_become_links(url: str, expected: str) -> None:
    assert link_target(url) == expected


def test_a_place_in_the_month_is_said_beside_the_score_and_the_fixed_lines_stay() -> None:
    made = edition(
        picks=(scored(paper(1), 91, top_share=0.004), scored(paper(2), 68, top_share=0.4)),
        others=(scored(paper(3), 55, ScoreKind.LOCAL, top_share=0.09),),
    )
    lines = render_report(made).splitlines()
    assert [line for line in lines if "相关度排位" in line] == ["- **相关度排位**: 本月前 1 %"]
    assert "**来源**: HuggingFace 🔥 + arXiv 📄 | **评分**: 91/100" in lines
    assert any("(55 · 本地评分 · 本月前 10 %): " in line for line in lines)
