"""The deep dive without a model: sentences of the paper itself, quoted as such.

Nothing here writes. Each point is one sentence of the document, chosen by where it stands, the
phrases authors use for such statements, and how central it is. A section for which the paper has
no fitting sentence stays empty: filled with the next best it would print a claim about other
people's work as this paper's limitation. There is no takeaway: what a paper means for a reader is
not a sentence of it.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from core.analyze.cues import FOUND, HOW, IS_RESULT, OTHERS, OWN, PROPOSES, SHORTFALL
from core.analyze.measures import Measure, measured
from core.analyze.quotable import CITATION, Candidate, language_of, quotable_sentences
from core.documents.roles import Role
from core.models.values import Analysis, AnalysisKind, Document, Focus, Paper, Point
from core.text.language import written_in

EXTRACTOR = "extract/2"


def extract(document: Document, paper: Paper, focus: Focus, *, now: datetime) -> Analysis:
    """Return the paper's own sentences; the same input, the same choice, none in two sections."""
    candidates = quotable_sentences(document)
    measures = measured([c.text for c in candidates], focus.interests, paper.title)
    pool = _Pool(candidates, measures)
    # The rarest first, so that a sentence goes where it is needed most.
    limitations = pool.take(_limitation, most=3, least=0.75)
    contribution = pool.take(_contribution, most=2, least=0.9)
    results = pool.take(_result, most=2, least=0.9)
    methodology = pool.take(_methodology, most=4, least=0.9)
    return Analysis(
        paper_id=paper.id,
        version=document.version,
        kind=AnalysisKind.EXTRACTIVE,
        language=language_of(document),
        text_source=document.source,
        pages=document.pages,
        is_part=document.is_part,
        flaws=document.flaws or (),
        written_in=written_in(" ".join(section.text for section in document.sections)),
        contribution=contribution + results,
        methodology=methodology,
        limitations=limitations,
        model=EXTRACTOR,
        created_at=now,
    )


# Choosing


Scorer = Callable[[Candidate, Measure], float]


class _Pool:
    """Sentences not used yet."""

    def __init__(self, candidates: Sequence[Candidate], measures: Sequence[Measure]) -> None:
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


_CONTRIBUTION_ROLES = {Role.ABSTRACT: 0.7, Role.INTRODUCTION: 0.5, Role.CONCLUSION: 0.3}


def _contribution(candidate: Candidate, measure: Measure) -> float:
    role = _CONTRIBUTION_ROLES.get(candidate.role, 0.0)
    cue = PROPOSES(candidate.text)
    if not cue or not role:
        return 0.0
    # Contributions close an introduction; an abstract names them in its middle.
    late = 0.2 * candidate.position if candidate.role is Role.INTRODUCTION else 0.0
    return cue + role + late + 0.3 * measure.centrality


_METHOD_ROLES = {Role.METHOD: 0.7, Role.ABSTRACT: 0.5, Role.INTRODUCTION: 0.3, Role.OTHER: 0.2}


def _methodology(candidate: Candidate, measure: Measure) -> float:
    role = _METHOD_ROLES.get(candidate.role, 0.0)
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
    own -= 0.3 if CITATION.search(candidate.text) else 0.0  # mostly how others do it
    own -= 0.4 if IS_RESULT.search(candidate.text) else 0.0
    return cue + role + early + own + 0.4 * measure.centrality - 0.3


_LIMITATION_ROLES = {
    Role.LIMITATIONS: 1.0, Role.CONCLUSION: 0.3, Role.EXPERIMENTS: 0.0, Role.METHOD: -0.1,
    Role.OTHER: 0.0, Role.ABSTRACT: -0.2, Role.INTRODUCTION: -0.2,
}  # fmt: skip


def _limitation(candidate: Candidate, measure: Measure) -> float:
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


_RESULT_ROLES = {
    Role.ABSTRACT: 0.5, Role.CONCLUSION: 0.4, Role.EXPERIMENTS: 0.4, Role.INTRODUCTION: 0.3,
}  # fmt: skip
_MEASURED = re.compile(r"\d(?:\.\d+)?\s?(?:\\?%|×|x\b|dB\b|倍)|\d\.\d|个百分点")


def _result(candidate: Candidate, measure: Measure) -> float:
    """What was found, better still with a number, and in what the reader is interested in."""
    role = _RESULT_ROLES.get(candidate.role, 0.0)
    cue = 0.6 if IS_RESULT.search(candidate.text) else 0.4 * FOUND(candidate.text)
    is_opening = candidate.role in (Role.ABSTRACT, Role.INTRODUCTION) and not candidate.is_own
    if not cue or not role or is_opening or OTHERS.match(candidate.text):
        return 0.0
    number = 0.5 if _MEASURED.search(CITATION.sub("", candidate.text)) else 0.0
    own = 0.1 if OWN.search(candidate.text) else 0.0
    return cue + role + number + own + 0.2 * measure.centrality + 0.3 * measure.closeness
