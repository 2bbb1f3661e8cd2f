"""The values that flow through a day: Paper -> ScoredPaper -> Analysis -> Digest.

All are frozen: a changed value is a new value (`model_copy`). Days are calendar days of the
place they come from (an arXiv announcement day, a Hugging Face list day); times are aware UTC.
"""

from datetime import date
from enum import IntEnum, StrEnum

from pydantic import AwareDatetime, Field

from core.models.base import Language as Language
from core.models.base import Score as Score
from core.models.base import Value as Value
from core.models.paper_id import PaperId, page_of
from core.models.statements import Advice as Advice
from core.models.statements import Checked as Checked
from core.models.statements import Conclusion as Conclusion
from core.models.statements import Evidence as Evidence
from core.models.statements import Fact as Fact
from core.models.statements import FactKind as FactKind
from core.models.statements import Point as Point
from core.models.statements import PointKind as PointKind
from core.models.statements import Result as Result
from core.models.statements import SecondLook as SecondLook
from core.models.statements import Support as Support


class Paper(Value):
    """One paper, under one versionless identity over all sources.

    `id` is a versionless arXiv id (`2602.20981`, `cs/0112017`), or `<scheme>:<key>` where no
    arXiv id is known (`core.models.paper_id`). The version read or announced is an attribute.
    """

    id: str = Field(min_length=1, max_length=80)
    version: int | None = None
    title: str = Field(min_length=1, max_length=500)
    abstract: str = ""
    authors: tuple[str, ...] = ()
    published: date | None = None
    """Day the first version appeared."""
    listed: date | None = None
    """Day a source announced it: the first such day where several did."""
    sources: tuple[str, ...] = ()
    """Names of the sources that carried it, e.g. ("huggingface", "arxiv")."""
    categories: tuple[str, ...] = ()
    upvotes: int | None = None
    comments: int | None = None
    code_url: str | None = None
    stars: int | None = None
    project_url: str | None = None
    organization: str | None = None
    keywords: tuple[str, ...] = ()
    comment: str | None = None
    """The authors' remark on arXiv, e.g. "Accepted by CVPR 2026"."""
    licence: str | None = None
    """Licence URL as the source states it."""
    venue: str | None = None
    page: str | None = None
    """Its page, where the scheme of its id is its source's own."""

    @property
    def url(self) -> str:
        """The page a reader should land on."""
        return self.page or page_of(self.id)

    @property
    def is_arxiv(self) -> bool:
        """Whether arXiv, and who goes by its ids, may know it."""
        return PaperId.parse(self.id).is_arxiv


class Focus(Value):
    """What a reader wants: interests, each a term or a sentence in any language."""

    interests: tuple[str, ...]
    avoid: tuple[str, ...] = ()
    """What the reader does not want, likewise."""

    @property
    def text(self) -> str:
        """The focus as one line, for cache keys."""
        wanted = ", ".join(self.interests)
        return f"{wanted}; not: {', '.join(self.avoid)}" if self.avoid else wanted


class Meaning(Value):
    """What a topic means that the packaged glossary does not know, as a model explained it."""

    topic: str
    names: tuple[str, ...]
    """How English papers write it, the usual form first."""
    narrower: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    abstracts: tuple[str, ...] = ()
    """Made up, to show what papers about it say; never shown."""
    near_misses: tuple[str, ...] = ()
    """What shares words with it and is something else."""


class LocalScore(Value):
    """One paper's local (model-free) relevance to a focus."""

    paper_id: str
    rank_score: float
    """Orders all papers of one ranking; higher is better; no meaning across rankings."""
    score: Score
    """The same relevance on the 0-100 scale of the rubric; monotone in `rank_score`."""
    interests: tuple[str, ...] = ()
    """The focus' interests it matches, best first; empty when none does."""
    terms: tuple[str, ...] = ()
    """The paper's own words that matched, at most five, best first."""


class ScoreKind(StrEnum):
    """Who said it: a model, or we, from words alone."""

    LLM = "llm"
    LOCAL = "local"


class ScoredPaper(Value):
    """A paper with its score and the one sentence that says why. No score without a reason."""

    paper: Paper
    score: Score
    kind: ScoreKind
    reason: str = Field(min_length=1)
    headline: str = ""
    """What the paper did, in one line in the digest's language; "": nobody has said it."""
    model: str | None = None
    top_share: float | None = Field(default=None, ge=0, le=1)
    """Share of the last month's papers that suit the focus as well, locally; None: unknown."""


class TextSource(StrEnum):
    """What text a reading was made from, in the order in which they are asked for."""

    ARXIV_HTML = "arxiv_html"
    PDF = "pdf"
    HF_MARKDOWN = "hf_markdown"
    ABSTRACT = "abstract"


class Flaw(StrEnum):
    """What a text of a paper lacks, beside `is_part`; gravest first."""

    NO_TABLES = "no_tables"
    FORMULAS = "formulas"
    """They are lost, garbled, or single characters instead of TeX."""
    SECTIONS = "sections"
    """Sections are without numbers, or some of the numbers are missing."""
    SOME_TABLES = "some_tables"


class TextExtent(IntEnum):
    """How much of a paper was to be had; more is worth looking for while it is not all."""

    ABSTRACT = 0
    PART = 1
    WHOLE = 2

    @classmethod
    def of(cls, source: TextSource, *, is_part: bool) -> "TextExtent":
        if source is TextSource.ABSTRACT:
            return cls.ABSTRACT
        return cls.PART if is_part else cls.WHOLE


class Section(Value):
    """A section of a paper, in reading order."""

    id: str
    """Stable inside its document and short for a reader: "§3.2", "Abstract", "Appendix A"."""
    title: str
    level: int = Field(ge=1, le=6)
    text: str
    """Plain text; formulas as $TeX$, tables as Markdown rows, captions as "Figure 1: ..."."""


class Document(Value):
    """A paper's text as it was read."""

    paper_id: str
    version: int | None
    source: TextSource
    sections: tuple[Section, ...]
    pages: int | None = None
    """Pages read, for a PDF."""
    is_part: bool = False
    """Whether it breaks off, or is only a stretch or the supplement of the paper."""
    flaws: tuple[Flaw, ...] | None = None
    """None: not looked for, as in texts stored before December 2026."""

    @property
    def extent(self) -> TextExtent:
        return TextExtent.of(self.source, is_part=self.is_part)

    @property
    def characters(self) -> int:
        return sum(len(section.text) for section in self.sections)


class AnalysisKind(StrEnum):
    """A model's reading, or quoted sentences of the paper. Never confused in print."""

    LLM = "llm"
    EXTRACTIVE = "extractive"


class Analysis(Value):
    """A deep dive: the four sections readers know."""

    paper_id: str
    version: int | None
    kind: AnalysisKind
    language: Language
    """Language of the statements: the digest's for a model, the paper's for an extract."""
    text_source: TextSource
    pages: int | None = None
    is_part: bool = False
    """Whether the text was only a part of the paper."""
    flaws: tuple[Flaw, ...] = ()
    """What the text lacked."""
    written_in: str | None = None
    """Code of the paper's own language: "en", "zh", "ru"; None: not looked at."""
    headline: Point | None = None
    """Who did what, in one line, with the one number that matters; None: nobody wrote one."""
    contribution: tuple[Point, ...] = ()
    methodology: tuple[Point, ...] = ()
    takeaway: tuple[Point, ...] = ()
    limitations: tuple[Point, ...] = ()
    results: tuple[Result, ...] = ()
    facts: tuple[Fact, ...] = ()
    conclusion: Conclusion | None = None
    checked: Checked | None = None
    """How a model's statements fared; in an extract: why there is no model's reading."""
    second_look: SecondLook | None = None
    """None: there is none to come (an extract, or an analysis of before there were any)."""
    looked_by: str | None = None
    """The model whose second look it was."""
    is_earlier: bool = False
    """Whether it stands here for want of one by today's prompt; never stored so."""
    model: str
    """Model that wrote it, or the extractor's name and version."""
    created_at: AwareDatetime

    @property
    def extent(self) -> TextExtent:
        """How much of the paper it was made from."""
        return TextExtent.of(self.text_source, is_part=self.is_part)


class Takeaway(Value):
    """What one focus can do with a paper, in place of the takeaway of the digest's focus."""

    points: tuple[Point, ...] = Field(min_length=1)
    conclusion: Conclusion | None = None
    """In place of the reading's; None: no model has judged the paper for this focus."""
    kind: ScoreKind
    """Who worded it: a model, or we, from the words that matched."""
    model: str


class OwnPaper(Value):
    """A paper of a reader's own list: `ScoredPaper` without the paper, which is stored already."""

    id: str
    score: Score
    kind: ScoreKind
    reason: str = Field(min_length=1)
    headline: str = ""
    """As in `ScoredPaper`."""
    model: str | None = None
    top_share: float | None = Field(default=None, ge=0, le=1)
    """As in `ScoredPaper`."""


class OwnList(Value):
    """What one chat is shown of a day instead of everybody's digest."""

    day: date
    chat_id: int
    language: Language
    focus: Focus
    threshold: Score
    candidates: int
    """Without what this reader was shown before; the number told to readers is the digest's."""
    picks: tuple[OwnPaper, ...] = ()
    others: tuple[OwnPaper, ...] = ()
    beside: OwnPaper | None = None
    """From outside the reader's taste, for a change."""
    notes: tuple["Note", ...] = ()
    created_at: AwareDatetime


class SourceCount(Value):
    """What one source contributed to a digest."""

    source: str
    papers: int
    days: tuple[date, ...] = ()
    label: str | None = None
    """How a reader knows the selection: "Top 15", "cs.CV"."""


class NoteKind(StrEnum):
    """What a reader should know about a digest; the words are the report's."""

    SOURCE_DOWN = "source_down"
    SOURCE_OFF = "source_off"
    SOURCE_PARTIAL = "source_partial"
    NO_ANNOUNCEMENT = "no_announcement"
    """A day without announcement by the source's calendar (weekend, holiday)."""
    NOT_YET_ANNOUNCED = "not_yet_announced"
    NOTHING_NEW = "nothing_new"
    CATCHING_UP = "catching_up"
    """The same, but what it listed on the days before is looked at for the first time."""
    NOTHING_ABOVE_THRESHOLD = "nothing_above_threshold"
    LOCAL_SCORES = "local_scores"
    """All scores are local: no key."""
    OWN_TOPICS = "own_topics"
    """All scores are local, because they are for one reader's own topics."""
    SCORES_WAITING = "scores_waiting"
    """A model was to score, but could not: some or all scores are local."""
    BUNDLED = "bundled"
    """Made from the bundled real days, not from live services."""


class Note(Value):
    """One honest line under a digest. Never carries an exception's text."""

    kind: NoteKind
    source: str | None = None
    day: date | None = None
    """For NO_ANNOUNCEMENT, NOT_YET_ANNOUNCED and CATCHING_UP: the next list's day; for BUNDLED: the
    last day, where the digest's own comes after it."""
    paper_id: str | None = None
    count: int | None = None


class Digest(Value):
    """A day's choice for an audience. Stored once; what arrives later is a new fact beside it."""

    day: date
    audience: str
    language: Language
    focus: Focus
    threshold: Score
    scanned: tuple[SourceCount, ...]
    candidates: int
    """Distinct papers after merging, without those already shown."""
    first_looked_at: int | None = None
    """Those of them that no earlier edition was chosen from; None: not counted in its time."""
    picks: tuple[ScoredPaper, ...]
    others: tuple[ScoredPaper, ...]
    """Runners-up shown by title, best first."""
    beside: ScoredPaper | None = None
    """In a reader's own list: one from outside their taste, for a change."""
    notes: tuple[Note, ...] = ()
    created_at: AwareDatetime

    @property
    def papers(self) -> int:
        """How many papers were scanned: the one number readers are told of a day.

        The same in every language and in readers' own lists, since all of them are chosen from it.
        """
        return self.candidates if self.first_looked_at is None else self.first_looked_at


class Delay(StrEnum):
    """Why a reading has to wait; it is promised only once that is over."""

    QUOTA = "quota"
    SERVICE = "service"
    """The model service cannot be reached, or does not let us in."""


class Edition(Value):
    """A digest with the readings known at this moment: what is rendered."""

    digest: Digest
    analyses: dict[str, Analysis] = Field(default_factory=dict)
    """By paper id; a pick without one has not been read yet."""
    waiting: dict[str, Delay] = Field(default_factory=dict)
    """Picks that a model is still to read; what they have now is an extract or nothing."""

    def headline(self, scored: ScoredPaper) -> str:
        """Return what a paper did, in one line: who read it knows best. "" where nobody said it."""
        analysis = self.analyses.get(scored.paper.id)
        read = analysis and analysis.language == self.digest.language and analysis.headline
        return read.text if read else scored.headline
