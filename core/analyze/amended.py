"""Statements after a second look: kept, put right, or left out. Pure.

What was contradicted is put right or goes; what is not said in the whole text likewise. A
correction is a model's word like any other: it must stand in the paper by the same rules.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from core.analyze.judgements import NOT_SAID, SUPPORTED, Judgement
from core.analyze.losses import is_denied
from core.analyze.schema import Statement
from core.analyze.verify import Verifier
from core.analyze.wording import WHY_WIDTH
from core.models.values import (
    Analysis,
    Checked,
    Conclusion,
    Document,
    Fact,
    Language,
    Paper,
    Point,
    PointKind,
    Result,
    SecondLook,
    Support,
)
from core.text.headline import WIDEST, in_one_line
from core.text.language import is_language

CLAIMS: Final = frozenset(
    {PointKind.CLAIM, PointKind.UNUSUAL, PointKind.INTUITION, PointKind.ABLATION}
)
"""What says what the paper says; all else goes only where it is contradicted."""
SECTIONS: Final = ("contribution", "methodology", "takeaway", "limitations")
_LABEL = re.compile(
    r"^(?:\[\d{1,3}\]\s*)?"
    r"(?:(?:应(?:该)?)?(?:改为|更正|修正|订正)为?\s?[:：]\s*|correct(?:ed|ion)(?: note)?\s?:\s*)?",
    re.IGNORECASE,
)
_OF_NOTES = re.compile(r"笔记|\b(?:this|the|all) notes?\b", re.IGNORECASE)
"""A correction that speaks of the notes is none: readers know of no notes."""


def amended(
    paper: Paper,
    document: Document,
    language: Language,
    points: Mapping[int, Point],
    judgements: Mapping[int, Judgement],
) -> dict[int, Point | None]:
    """Return the statements by number, None for what goes; unjudged ones stay as they are."""
    amender = _Amender(paper, document, language)
    return {number: amender.amended(one, judgements.get(number)) for number, one in points.items()}


class _Amender:
    def __init__(self, paper: Paper, document: Document, language: Language) -> None:
        self._verifier = Verifier(paper, document, document.sections)
        self._language = language

    def amended(self, point: Point, judgement: Judgement | None) -> Point | None:
        if judgement is None:
            return point
        if judgement.verdict == SUPPORTED:
            return self._stated(point, point.text, judgement.words) or _settled(point)
        if judgement.verdict == NOT_SAID and point.kind not in CLAIMS:
            return point
        is_fit = point.kind not in (PointKind.QUESTION, PointKind.EQUATION)
        text = _LABEL.sub("", judgement.correction.strip())
        if not (is_fit and text) or (_OF_NOTES.search(text) and not _OF_NOTES.search(point.text)):
            return None
        return self._stated(point, text, judgement.words)

    def _stated(self, point: Point, text: str, words: str) -> Point | None:
        """Return a point that says `text` and rests on `words` too; None where the rules forbid."""
        quotes = [*(one.quote for one in point.evidence), *([words] if words.strip() else [])]
        made = self._verifier.claims([Statement(text=text, quotes=quotes, where=point.where or "")])
        if len(made) != 1 or made[0].support is not Support.VERIFIED:
            return None
        if not is_language(made[0].text, self._language):
            return None
        evidence = tuple(
            one
            for one in made[0].evidence
            if all(one is known or one.quote not in known.quote for known in made[0].evidence)
        )
        return point.model_copy(
            update={
                "text": text if text == point.text else made[0].text,
                "where": evidence[0].where,
                "evidence": evidence,
                "support": Support.VERIFIED,
                "doubts": (),
                "elsewhere": None,
            }
        )


def _settled(point: Point) -> Point:
    """Return a statement the paper says, by a second look: where a number stands settles nothing.

    One that stands nowhere in the paper stays doubtful.
    """
    if point.elsewhere is None or set(point.doubts) - set(point.elsewhere):
        return point
    return point.model_copy(update={"support": Support.VERIFIED, "doubts": (), "elsewhere": None})


def statements_of(analysis: Analysis) -> list[Point]:
    """Return all that an analysis states, as points: `with_statements` puts them back."""
    results = (Point(text=_sentence(one), evidence=one.evidence) for one in analysis.results)
    end = analysis.conclusion
    why = [Point(text=end.why, kind=PointKind.SUGGESTION)] if end else []
    return [*_claims_of(analysis), *results, *why]


def _claims_of(analysis: Analysis) -> list[Point]:
    headline = [analysis.headline] if analysis.headline else []
    sections = (point for name in SECTIONS for point in getattr(analysis, name))
    facts = (Point(text=one.text, evidence=one.evidence) for one in analysis.facts)
    return [*headline, *sections, *facts]


def with_statements(
    analysis: Analysis, points: Sequence[Point | None], model: str | None
) -> Analysis:
    """Return an analysis with its statements as a second look by `model` left them.

    None: it did not say enough of them to be called one.
    """
    left = iter(points)
    headline = next(left) if analysis.headline else None
    sections = {
        name: tuple(kept for kept in [next(left) for _ in getattr(analysis, name)] if kept)
        for name in SECTIONS
    }
    facts = tuple(filter(None, [_fact(one, next(left)) for one in analysis.facts]))
    results = tuple(filter(None, [_result(one, next(left)) for one in analysis.results]))
    end = _conclusion(analysis.conclusion, next(left)) if analysis.conclusion else None
    if headline is not None and is_denied(headline.text, results):
        headline = None
    return analysis.model_copy(
        update={
            **sections,
            "headline": _headline(headline),
            "results": results,
            "facts": facts,
            "conclusion": end,
            "checked": _checked(analysis, points),
            "second_look": SecondLook.DONE if model else None,
            "looked_by": model,
        }
    )


def _sentence(result: Result) -> str:
    """Return a line of the results as a statement."""
    said = f"{result.benchmark}, {result.metric}: the paper's own value is {result.ours}"
    if result.other is None:
        return f"{said}."
    return f"{said}; that of {result.other_name} is {result.other}."


def _result(result: Result, point: Point | None) -> Result | None:
    """Return a line that was not contradicted: none is put together from a sentence."""
    return result if point is not None and point.text == _sentence(result) else None


def _fact(fact: Fact, point: Point | None) -> Fact | None:
    if point is None:
        return None
    return fact.model_copy(update={"text": point.text, "evidence": point.evidence})


def _headline(point: Point | None) -> Point | None:
    line = in_one_line(point.text, max(WIDEST.values())) if point else ""
    return point.model_copy(update={"text": line}) if point and line else None


def _conclusion(conclusion: Conclusion, point: Point | None) -> Conclusion | None:
    why = in_one_line(point.text, WHY_WIDTH) if point else ""
    return conclusion.model_copy(update={"why": why}) if why else None


def _checked(analysis: Analysis, points: Sequence[Point | None]) -> Checked | None:
    """Return how many of the claims are in the paper now."""
    known = analysis.checked
    if known is None:
        return None
    verified = known.verified
    for before, after in zip(_claims_of(analysis), points, strict=False):
        if before.kind in CLAIMS:
            verified += _is_sure(after) - _is_sure(before)
    return known.model_copy(update={"verified": min(max(verified, 0), known.claims)})


def _is_sure(point: Point | None) -> bool:
    return point is not None and point.support is not Support.DOUBTFUL
