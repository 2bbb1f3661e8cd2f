"""Small values of every kind the store keeps, and one way to make any Paper or Document."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from core.llm import Urgency
from core.llm.ledger import Call, CallLog, CallRequest, Span, UsageSnapshot
from core.models.usage import Usage
from core.models.values import (
    Analysis,
    AnalysisKind,
    Digest,
    Document,
    Focus,
    Language,
    Note,
    NoteKind,
    Paper,
    Point,
    ScoredPaper,
    ScoreKind,
    Section,
    SourceCount,
    TextSource,
)
from core.store.audience.personal_data import Personal, Rows

DAY = date(2026, 3, 13)
NOON = datetime(2026, 3, 13, 12, 0, tzinfo=UTC)
FOCUS = Focus(interests=("图像复原", "diffusion models"))


def paper(paper_id: str = "2603.00001", *, title: str = "扩散模型 for 😀 deblurring") -> Paper:
    return Paper(
        id=paper_id,
        version=2,
        title=title,
        abstract="We deblur.",
        authors=("Ada", "李雷"),
        published=date(2026, 3, 12),
        listed=DAY,
        sources=("huggingface", "arxiv"),
        upvotes=12,
        licence="http://creativecommons.org/licenses/by/4.0/",
    )


def document(
    source: TextSource = TextSource.ARXIV_HTML,
    *,
    paper_id: str = "2603.00001",
    version: int | None = 1,
    text: str = "We propose $x^2$.",
) -> Document:
    section = Section(id="§1", title="Introduction", level=1, text=text)
    return Document(paper_id=paper_id, version=version, source=source, sections=(section,))


def analysis(
    model: str = "gemini-flash",
    *,
    version: int | None = 1,
    language: Language = "zh",
    created_at: datetime = NOON,
) -> Analysis:
    return Analysis(
        paper_id="2603.00001",
        version=version,
        kind=AnalysisKind.LLM,
        language=language,
        text_source=TextSource.ARXIV_HTML,
        contribution=(Point(text="提出一种新的去噪方法。", where="§1"),),
        model=model,
        created_at=created_at,
    )


def digest(
    day: date = DAY, *, audience: str = "channel", candidates: int = 1, picked: str = "2603.00001"
) -> Digest:
    pick = ScoredPaper(paper=paper(picked), score=88, kind=ScoreKind.LLM, reason="相关", model="m")
    return Digest(
        day=day,
        audience=audience,
        language="zh",
        focus=FOCUS,
        threshold=60,
        scanned=(SourceCount(source="arxiv", papers=127, days=(day,), label="cs.CV"),),
        candidates=candidates,
        picks=(pick,),
        others=(),
        notes=(Note(kind=NoteKind.SOURCE_DOWN, source="huggingface"),),
        created_at=NOON,
    )


SPAN = Span(
    minute=NOON - timedelta(seconds=61),
    day=NOON - timedelta(hours=5),
    bias=NOON - timedelta(days=7),
)
"""What matters at noon."""


def always(_book: UsageSnapshot) -> bool:
    """Admit every call."""
    return True


@dataclass(frozen=True)
class Made:
    """A call some seconds before or after noon, and how it ended."""

    seconds: float = 0
    outcome: str = "ok"
    """"started" is a call without an end."""
    counted: int = 1000
    """Input tokens, by the provider."""
    account: str = "key"
    model: str = "flash"
    purpose: str = "score"
    urgency: Urgency = Urgency.DIGEST
    estimate: int = 800
    reserved: int = 900
    served_by: str | None = None

    @property
    def at(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    @property
    def request(self) -> CallRequest:
        return CallRequest(
            account=self.account,
            model=self.model,
            purpose=self.purpose,
            urgency=self.urgency,
            estimate=self.estimate,
            tokens=self.reserved,
        )

    @property
    def call(self) -> Call:
        return Call(
            at=self.at,
            model=self.model,
            purpose=self.purpose,
            outcome=self.outcome,
            usage=Usage(self.counted, output_tokens=200, thought_tokens=50, cached_tokens=10),
            latency=timedelta(seconds=1, microseconds=7),
            served_by=self.served_by,
        )


async def make(log: CallLog, *calls: Made) -> list[int]:
    """Enter calls and finish those that have an end; return their numbers."""
    numbers = []
    for made in calls:
        number = await log.enter(made.request, at=made.at, span=SPAN, admits=always)
        assert number is not None
        numbers.append(number)
        if made.outcome != "started":
            await log.finish(number, made.call)
    return numbers


# Right-to-left override, joined emoji, lone control characters, line separators, a combining
# mark alone, a noncharacter, quotes of every kind.
_ODD = (
    "\u202eabc\u202c",
    "👩‍👩‍👧",
    "\x00\x01\x1f\x7f",
    "\u2028\u2029\x85",
    "\u0301",
    "\uffff",
    "'\"`;--",
)
_text = st.text(max_size=30) | st.sampled_from(_ODD)
_some_text = _text.filter(bool)
_words = st.lists(_text, max_size=3).map(tuple)
_count = st.none() | st.integers(0, 10**9)

any_paper = st.builds(
    Paper,
    id=_some_text,
    version=st.none() | st.integers(1, 99),
    title=_some_text,
    abstract=_text,
    authors=_words,
    published=st.none() | st.dates(),
    listed=st.none() | st.dates(),
    sources=_words,
    categories=_words,
    upvotes=_count,
    comments=_count,
    code_url=st.none() | _text,
    stars=_count,
    organization=st.none() | _text,
    keywords=_words,
    comment=st.none() | _text,
    venue=st.none() | _text,
)

any_document = st.builds(
    Document,
    paper_id=_some_text,
    version=st.none() | st.integers(1, 99),
    source=st.sampled_from(TextSource),
    sections=st.lists(
        st.builds(Section, id=_text, title=_text, level=st.integers(1, 6), text=_text), max_size=4
    ).map(tuple),
    pages=_count,
)


async def exported(personal: Personal, person: int) -> dict[str, Rows]:
    """Return all that is given out of a person, by table."""
    found: dict[str, Rows] = {}
    async for table, rows in personal.pages(person):
        found.setdefault(table, []).extend(rows)
    return found
