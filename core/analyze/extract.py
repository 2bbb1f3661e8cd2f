"""The deep dive without a model: sentences of the paper itself, quoted as such.

Nothing here writes. Each point is one sentence of the document, chosen by where it stands, the
phrases authors use for such statements, and how central it is. A section for which the paper has
no fitting sentence stays empty: what a newcomer would get wrong is to fill it with the next best,
which prints a claim about other people's work as this paper's limitation.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.analyze.cues import FOUND, HOW, IS_RESULT, OTHERS, OWN, PROPOSES, SHORTFALL
from core.analyze.documents.clean import one_line
from core.analyze.documents.roles import Role, roles
from core.analyze.sentences import split_sentences
from core.models import Analysis, AnalysisKind, Document, Focus, Language, Paper, Point

EXTRACTOR = "extract/1"

_MOST_SENTENCES = 2_000  # beyond it a thesis; what counts stands before


def extract(document: Document, paper: Paper, focus: Focus, *, now: datetime) -> Analysis:
    """Return the paper's own sentences for the four sections; the same input, the same choice.

    No sentence stands in two sections. The first use imports scikit-learn, about a second.
    """
    candidates = _candidates(document)
    measures = _measure([c.text for c in candidates], focus.interests, paper.title)
    pool = _Pool(candidates, measures)
    # The rarest first, so that a sentence goes where it is needed most.
    limitations = pool.take(_limitation, most=3, least=0.75)
    contribution = pool.take(_contribution, most=3, least=0.9)
    takeaway = pool.take(_takeaway, most=3, least=0.2)
    methodology = pool.take(_methodology, most=4, least=0.9)
    return Analysis(
        paper_id=paper.id,
        version=document.version,
        kind=AnalysisKind.EXTRACTIVE,
        language=language_of(document),
        text_source=document.source,
        pages=document.pages,
        contribution=contribution,
        methodology=methodology,
        takeaway=takeaway,
        limitations=limitations,
        model=EXTRACTOR,
        created_at=now,
    )


_CJK = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")


def language_of(document: Document) -> Language:
    """Return the language most of the text is in; a Chinese character says more than a letter."""
    text = " ".join(section.text[:5_000] for section in document.sections)
    cjk = len(_CJK.findall(text))
    return "zh" if cjk > 0.2 * len(_LETTER.findall(text)) else "en"


# Candidates


@dataclass(frozen=True)
class _Candidate:
    """A sentence that may be quoted."""

    text: str
    where: str
    role: Role
    position: float
    """0 at its section's beginning, 1 at its end."""
    is_own: bool
    """From the section's first "we propose" on (its second half, if there is none): in an
    abstract or introduction, what is told there is this paper's."""


def _candidates(document: Document) -> list[_Candidate]:
    result: list[_Candidate] = []
    seen: set[str] = set()
    for section, role in zip(document.sections, roles(document.sections), strict=True):
        sentences = [
            sentence
            for paragraph in _prose(section.text)
            for sentence in split_sentences(paragraph)
            if _is_quotable(sentence)
        ]
        proposals = [n for n, sentence in enumerate(sentences) if PROPOSES(sentence) >= 1.0]
        own_from = proposals[0] if proposals else len(sentences) / 2
        for number, sentence in enumerate(sentences):
            if sentence.casefold() not in seen:
                seen.add(sentence.casefold())
                position = number / max(1, len(sentences) - 1)
                result.append(_Candidate(sentence, section.id, role, position, number >= own_from))
    return result[:_MOST_SENTENCES]


_CAPTION = re.compile(
    r"(?:Figure|Fig\.|Table|Algorithm|Listing|图|表)\s*[A-Z]?\.?\d+\s*[:.|：]", re.IGNORECASE
)
_BLANK_LINE = re.compile(r"\n\s*\n")
_MARK = re.compile(r"\A(?:-|\(?\d{1,2}[.)])\s+")


def _prose(text: str) -> list[str]:
    """Return the paragraphs that are running text, without the marks of list items."""
    return [
        _MARK.sub("", one_line(block))
        for block in _BLANK_LINE.split(text)
        if not _is_lines(block) and not _CAPTION.match(block)
    ]


def _is_lines(block: str) -> bool:
    """Whether a block is a table, code, or lines of a figure, rather than wrapped prose."""
    if block.startswith(("|", "```", "~~~")):
        return True
    lines = block.strip().split("\n")
    return len(lines) > 1 and sum(map(len, lines[:-1])) < 50 * (len(lines) - 1)


_FORMULA = re.compile(r"\$[^$]*\$")
_CITATION = re.compile(r"\[[\d,;\s–-]+\]|\([^()]*\b(?:19|20)\d\d[a-z]?\)")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_END = re.compile(r"[.!?。！？][\"'”’)\]」』]*(?:\s?\[[\d,;\s–-]+\])?$")
_ENUMERATOR = re.compile(r"(?<![\w(])(?:\d{1,2}|[a-h]|i{1,3}|iv|vi{0,3})\)")
"""The "1)" of a list inside a sentence closes nothing."""
_POINTING = re.compile(
    r"^(?:see|recall|note)\b|\b(?:is|are) (?:shown|listed|reported|given|summarized|provided) "
    r"in (?:the )?(?:fig|tab|sec|app|eq)|^(?:fig|tab|eq)[a-z]*\.? ?\(?\d"
    r"|^as (?:shown|illustrated) in|\bcodes?\b.{0,80}\b(?:released|available|public)|https?://",
    re.IGNORECASE,
)


def _is_quotable(sentence: str) -> bool:
    """Whether a sentence can stand alone: whole, of a sensible length, mostly words."""
    if not _END.search(sentence) or len(sentence) > 600 or _POINTING.search(sentence):
        return False
    bare = _CITATION.sub(" ", _FORMULA.sub(" ", sentence))
    cjk = len(_CJK.findall(bare))
    words = len(_WORD.findall(bare)) + cjk // 2
    if not 6 <= words <= 60 or len(bare) < 0.5 * len(sentence):
        return False
    first = sentence.lstrip("\"'“‘(")[:1]
    brackets = _ENUMERATOR.sub("", sentence)
    if first.islower() or brackets.count("(") != brackets.count(")"):
        return False
    letters = len(_LETTER.findall(bare))
    return letters >= 0.6 * len(bare.replace(" ", ""))


# Measures


@dataclass(frozen=True)
class _Measure:
    """What is computed for a sentence beside its words."""

    centrality: float
    """0 to 1: closeness to the paper as a whole."""
    closeness: float
    """0 to 1: closeness to the nearest of the interests it touches; 0 when it touches none."""
    words: frozenset[str]


_ENDING = re.compile(r"(?:ations?|ings?|ions?|ed|es|s|e)$")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STOP = _words(
    "the and for with that this are from our which can has have was were not also such its their "
    "these those into than more most but been both each use used using via per however we"
)


def _tokens(text: str) -> list[str]:
    """Return words without their endings, and Chinese as overlapping pairs."""
    lowered = _FORMULA.sub(" ", text).casefold()
    latin = [
        _ENDING.sub("", token) if len(token) > 5 else token
        for token in re.findall(r"[a-z][a-z0-9]+", lowered)
        if len(token) > 1 and token not in _STOP
    ]
    runs = re.findall(r"[\u3400-\u9fff]+", lowered)
    return latin + [run[i : i + 2] for run in runs for i in range(max(1, len(run) - 1))]


def _measure(sentences: Sequence[str], interests: Sequence[str], title: str) -> list[_Measure]:
    words = [frozenset(_tokens(sentence)) for sentence in sentences]
    if not any(words):
        return [_Measure(0.0, 0.0, frozenset()) for _ in sentences]
    # scikit-learn takes most of a second to import, and most runs read no paper this way.
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=_tokens, sublinear_tf=True)
    matrix = vectorizer.fit_transform(sentences)
    centroid = np.asarray(matrix.mean(axis=0)).ravel()
    if title:
        centroid = centroid + vectorizer.transform([title]).toarray().ravel() * 0.2
    centrality = _scaled(np.asarray(matrix @ centroid).ravel().tolist())
    closeness = [0.0] * len(sentences)
    if interests:
        nearness = (matrix @ vectorizer.transform(interests).T).toarray().tolist()
        wanted = [_wanted(interest) for interest in interests]
        closeness = [
            max(
                near if _touches(own, want) else 0.0 for near, want in zip(row, wanted, strict=True)
            )
            for own, row in zip(words, nearness, strict=True)
        ]
    return [
        _Measure(round(central, 6), round(close, 6), own)
        for central, close, own in zip(centrality, closeness, words, strict=True)
    ]


# Words of half of all interests, and of every second sentence: no sign of a shared subject.
_GENERIC = frozenset(
    _token
    for _token in _tokens(
        "model models image images video learning network networks method methods data "
        "generation generative neural deep vision visual based computer"
    )
)


def _wanted(interest: str) -> list[frozenset[str]]:
    """Return what a sentence must have of an interest, once per script: any one will do."""
    tokens = frozenset(_tokens(interest))
    chinese = frozenset(token for token in tokens if _CJK.match(token))
    latin = tokens - chinese
    return [words for words in (chinese, (latin - _GENERIC) or latin) if words]


def _touches(words: frozenset[str], wanted: Sequence[frozenset[str]]) -> bool:
    """Whether a sentence has half of an interest's telling words, or two of many."""
    return any(len(words & want) >= min(2, (len(want) + 1) // 2) for want in wanted)


def _scaled(values: Sequence[float]) -> list[float]:
    highest = max(values, default=0.0)
    return [value / highest if highest else 0.0 for value in values]


# Choosing


Scorer = Callable[[_Candidate, _Measure], float]


class _Pool:
    """Sentences not used yet."""

    def __init__(self, candidates: Sequence[_Candidate], measures: Sequence[_Measure]) -> None:
        self._candidates = candidates
        self._measures = measures
        self._used: set[int] = set()

    def take(self, score: Scorer, *, most: int, least: float) -> tuple[Point, ...]:
        """Return the best sentences worth at least `least`, in reading order; use them up."""
        scored = [
            (score(candidate, measure), i)
            for i, (candidate, measure) in enumerate(
                zip(self._candidates, self._measures, strict=True)
            )
            if i not in self._used
        ]
        scored.sort(key=lambda pair: (-pair[0], pair[1]))
        taken: list[int] = []
        for value, i in scored:
            if value < least or len(taken) == most:
                break
            if not any(self._repeats(i, other) for other in (*taken, *self._used)):
                taken.append(i)
        self._used.update(taken)
        chosen = (self._candidates[i] for i in sorted(taken))
        return tuple(Point(text=candidate.text, where=candidate.where) for candidate in chosen)

    def _repeats(self, one: int, other: int) -> bool:
        """Whether two sentences say the same: an abstract's return in the introduction."""
        first, second = self._measures[one].words, self._measures[other].words
        smaller = min(len(first), len(second))
        return smaller > 0 and len(first & second) >= 0.6 * smaller


def _weight(table: dict[Role, float], role: Role) -> float:
    return table.get(role, 0.0)


_CONTRIBUTION_ROLES = {Role.ABSTRACT: 0.7, Role.INTRODUCTION: 0.5, Role.CONCLUSION: 0.3}


def _contribution(candidate: _Candidate, measure: _Measure) -> float:
    role = _weight(_CONTRIBUTION_ROLES, candidate.role)
    cue = PROPOSES(candidate.text)
    if not cue or not role:
        return 0.0
    # Contributions close an introduction; an abstract names them in its middle.
    late = 0.2 * candidate.position if candidate.role is Role.INTRODUCTION else 0.0
    return cue + role + late + 0.3 * measure.centrality


_METHOD_ROLES = {Role.METHOD: 0.7, Role.ABSTRACT: 0.5, Role.INTRODUCTION: 0.3, Role.OTHER: 0.2}


def _methodology(candidate: _Candidate, measure: _Measure) -> float:
    role = _weight(_METHOD_ROLES, candidate.role)
    cue = HOW(candidate.text)
    if candidate.role is Role.ABSTRACT and not FOUND(candidate.text):
        # An abstract has no room for cues: what follows "we propose" and is no result is how.
        cue = max(cue, 0.6)
    if not cue or not role or OTHERS.search(candidate.text):
        return 0.0
    if candidate.role is not Role.METHOD and not candidate.is_own:
        return 0.0
    early = 0.1 * (1 - candidate.position)
    own = 0.1 if OWN.search(candidate.text) else 0.0
    own -= 0.3 if _CITATION.search(candidate.text) else 0.0  # mostly how others do it
    own -= 0.4 if IS_RESULT.search(candidate.text) else 0.0
    return cue + role + early + own + 0.4 * measure.centrality - 0.3


_LIMITATION_ROLES = {
    Role.LIMITATIONS: 1.0, Role.CONCLUSION: 0.3, Role.EXPERIMENTS: 0.0, Role.METHOD: -0.1,
    Role.OTHER: 0.0, Role.ABSTRACT: -0.2, Role.INTRODUCTION: -0.2,
}  # fmt: skip


def _limitation(candidate: _Candidate, measure: _Measure) -> float:
    """In a section of that name any sentence counts; elsewhere only what speaks of this work."""
    if candidate.role not in _LIMITATION_ROLES:
        return 0.0
    cue = SHORTFALL(candidate.text)
    base = _LIMITATION_ROLES[candidate.role] + cue + 0.1 * measure.centrality
    if candidate.role is Role.LIMITATIONS:
        return base
    # "However, existing methods fail ...": other people's limits, unless the sentence says "our".
    speaks_of_itself = OWN.search(candidate.text) is not None
    is_strong = cue >= 1.0 and not OTHERS.search(candidate.text)
    return base if speaks_of_itself and is_strong else 0.0


_TAKEAWAY_ROLES = {
    Role.ABSTRACT: 1.0, Role.CONCLUSION: 1.0, Role.EXPERIMENTS: 0.9, Role.METHOD: 0.8,
    Role.INTRODUCTION: 0.8, Role.LIMITATIONS: 0.7, Role.OTHER: 0.7,
}  # fmt: skip


def _takeaway(candidate: _Candidate, measure: _Measure) -> float:
    """What touches an interest, better still when it states a finding; nothing without touch."""
    role = _weight(_TAKEAWAY_ROLES, candidate.role)
    is_opening = candidate.role in (Role.ABSTRACT, Role.INTRODUCTION) and not candidate.is_own
    if not measure.closeness or is_opening or OTHERS.match(candidate.text):
        return 0.0
    return role * (measure.closeness + 0.2 * FOUND(candidate.text) + 0.1 * measure.centrality)
