"""Outside words at their worst, as a stream: what papers and models could hold."""

from hypothesis import strategies as st

from core.models.values import (
    Analysis,
    AnalysisKind,
    Delay,
    Note,
    NoteKind,
    Paper,
    Point,
    ScoredPaper,
    ScoreKind,
    TextSource,
)
from tests.bot.render.examples import DAY, NOW

FRAGMENTS = [
    "</a><script>alert(1)</script>",
    "**unbalanced _marks ~~and `ticks",
    "[link](javascript:alert(1)) [t](https://evil.example/x)",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "```python\nprint('x')\n```",
    "$\\frac{\\partial L}{\\partial x_{t}}$ \\[ \\sum_i \\] $5 to $6",
    "> quote\n>> deeper\n> - list\n",
    "# heading\n## heading\n1. one\n   - two\n",
    "right-to-left \u202e override \u2066isolate\u2069 עברית العربية",
    "👩‍🔬👍🏽🇨🇳🇩🇪🚀" * 3,
    "z\u0301\u0302\u0303a\u0308lgo",
    "zero\u200bwidth \u0000 nul \u2028 separator \r\n line",
    "&#8238;&#0;&lt;b&gt; &amp;amp;",
    "https://evil.example/click @someone #tag /start",
    "||spoiler|| ![image](https://evil.example/x.png) <tg-emoji>",
    "中文标题：《扩散》，" * 8,
    "x" * 500,
    " \n\t ",
]
URLS = [
    "https://github.com/example/x",
    "javascript:alert(1)",
    "https://a",
    "http://[::1",
    "https://exa mple.com",
    "https://user:pass@example.com/",
    "ftp://example.com/x",
    "https://例え.jp/x",
    "https://example.com/" + "y" * 1100,
    "https://.example.com",
    "",
]
IDS = ["2603.11041", "cs/0112017", "openreview:a_b-C", "openreview:" + "x" * 60, "weird id?&", "🚀"]


@st.composite
def words(draw: st.DrawFn, *, limit: int = 1000) -> str:
    """Draw outside words: the known bad ones and anything else, joined; never empty."""
    known = draw(st.lists(st.integers(0, len(FRAGMENTS) - 1), max_size=5))
    text = " ".join([*(FRAGMENTS[at] for at in known), draw(st.text(max_size=20))])
    return text[:limit] or "x"


@st.composite
def statements(draw: st.DrawFn) -> str:
    """Draw what a model may write; now and then ten thousand characters of one thing."""
    if draw(st.integers(0, 3)):
        return draw(words(limit=700))
    return (FRAGMENTS[draw(st.integers(0, len(FRAGMENTS) - 1))] * 10_000)[:10_000]


papers = st.builds(
    Paper,
    id=st.sampled_from(IDS),
    title=words(limit=500),
    sources=st.lists(words(limit=40), max_size=3).map(tuple),
    listed=st.sampled_from([None, DAY, DAY.replace(day=2)]),
    code_url=st.sampled_from([None, *URLS]),
    project_url=st.sampled_from([None, *URLS]),
    stars=st.sampled_from([None, 0, 7, 999_999_999]),
)
scored_papers = st.builds(
    ScoredPaper,
    paper=papers,
    score=st.integers(0, 100),
    kind=st.sampled_from(ScoreKind),
    reason=statements(),
)
notes = st.builds(
    Note,
    kind=st.sampled_from(NoteKind),
    source=st.one_of(st.none(), words(limit=50)),
    day=st.sampled_from([None, DAY]),
    count=st.sampled_from([None, 3]),
)
points = st.lists(
    st.builds(Point, text=statements(), where=st.one_of(st.none(), words(limit=80))), max_size=5
).map(tuple)
analyses = st.builds(
    Analysis,
    paper_id=st.just("2603.11041"),
    version=st.none(),
    kind=st.sampled_from(AnalysisKind),
    language=st.sampled_from(["zh", "en"]),
    text_source=st.sampled_from(TextSource),
    contribution=points,
    methodology=points,
    takeaway=points,
    limitations=points,
    model=words(limit=60),
    created_at=st.just(NOW),
)
delays = st.sampled_from([None, *Delay])
languages = st.sampled_from(["zh", "en"])
