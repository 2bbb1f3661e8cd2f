"""Rich messages: the same words, our tags alone, never too long."""

from dataclasses import replace

from bot.render.rich import LIMIT, html_of, rich_html
from bot.render.text import Text, bold, lines, link, markdown, plain
from bot.telegram.messenger import bare
from core.models.values import Point, ScoreKind, Takeaway
from core.text.links import JOINER
from tests.bot.render.examples import paper, quotes, reading, scored
from tests.bot.render.test_golden import CASES


def test_entities_become_tags_that_nest() -> None:
    text = bold(link(Text("🚀 <t>"), "https://a.example/?x=1&y=2")) + Text("\n") + markdown("`a&b`")
    assert html_of(text) == (
        '<b><a href="https://a.example/?x=1&amp;y=2">🚀 &lt;t&gt;</a></b><br/><code>a&amp;b</code>'
    )
    assert html_of(markdown("~~~\na\nb\n~~~")) == "<pre>a\nb</pre>"


def test_a_reading_has_its_four_sections_and_the_first_is_open() -> None:
    html = rich_html(paper(1), reading(), "zh", scored(paper(1), 93))
    assert html.count("<details>") == 3
    assert "<h3>1. 核心创新点 (Key Contribution)</h3><ul><li>提出 <b>RestoreFlow</b>" in html
    assert "<p>💡 <b>RestoreFlow 四步修复，LPIPS 0.287</b></p>" in html
    assert html.endswith("<p><b>结论：读</b> · 四步采样可直接用</p>")
    assert "<pre>阶段 | 步数" in html


def test_quotes_say_what_they_are() -> None:
    html = rich_html(paper(1), quotes(), "en")
    assert "the paper&#x27;s own sentences" in html
    assert "<p>Nothing quotable on this in the abstract.</p>" in html


def test_a_reading_too_long_is_told_shorter() -> None:
    points = tuple(Point(text="&" * 5000) for _ in range(40))
    made = reading(contribution=points, methodology=points, takeaway=points, limitations=points)
    html = rich_html(paper(1), made, "zh")
    assert len(html) <= LIMIT
    assert html.count("<li>") == 24 + len(made.analysis.results)


def test_the_last_resort_has_the_words_and_the_buttons_but_no_entities() -> None:
    for make in CASES.values():
        for message in make():
            assert bare(message).entities == ()
            assert bare(message).text.replace(JOINER, "") == message.text.replace(JOINER, "")
            assert bare(message).buttons == message.buttons


def test_a_title_cannot_open_a_tag() -> None:
    title = '"><script>alert(1)</script>'
    html = rich_html(paper(1, title=title), reading(), "zh")
    assert "<script" not in html
    assert html_of(lines(plain(title))) == "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"


def test_the_takeaway_of_the_readers_own_focus_is_shown_here_too() -> None:
    own = Takeaway(points=(Point(text="试试四步采样"),), kind=ScoreKind.LOCAL, model="m")
    html = rich_html(paper(1), replace(reading(), takeaway=own), "zh")
    assert "<li>试试四步采样 · 本地生成</li>" in html
    assert "num_steps=4" not in html
