"""What a reading says beside its statements, the same in a report and in a chat. Pure.

A doubt is printed behind the number it is about; a reader who sees only a mark at the end of a line
does not know what to distrust.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from core.models.values import Analysis, AnalysisKind, Language, Paper, Point, PointKind
from core.report import words

_VENUE = re.compile(
    r"\b(?:accepted|appear(?:s|ing)?|published|presented|oral|spotlight|poster|camera[- ]ready)\b"
    r"[^.;\n]{0,80}?\b(?P<venue>[A-Z][A-Za-z]{1,12}[ -]?(?:20\d\d|'?\d\d))\b",
    re.IGNORECASE,
)
_LICENCES = (
    (
        re.compile(r"creativecommons\.org/licenses/(?P<kind>[a-z-]+)/(?P<version>\d\.\d)"),
        "CC {} {}",
    ),
    (re.compile(r"creativecommons\.org/publicdomain/zero/1\.0"), "CC0 1.0"),
    (re.compile(r"arxiv\.org/licenses/nonexclusive-distrib/(\d\.\d)"), "arXiv {}"),
)


_NAMES_AUTHORS = re.compile(r"(?:论文)?(?:的)?作者|the (?:authors?|paper)\b|they\b", re.IGNORECASE)


@dataclass(frozen=True)
class FactLine:
    """One line of the fact box."""

    label: str
    text: str
    url: str | None = None
    mark: str | None = None


def with_doubts(point: Point, language: Language, shown: Callable[[str], str] = str) -> str:
    """Return a statement with a mark behind each number or name the paper does not bear out.

    The mark says whether the paper has it at all. `shown` is how text is written where it goes.
    """
    text, position = shown(point.text), 0
    for doubt in point.doubts:
        mark, printed = words.say(_doubt(doubt, point), language), shown(doubt)
        found = text.find(printed, position)
        if found < 0 and (found := text.find(printed)) < 0:
            if not text.endswith(mark):
                text += mark
            continue
        position = found + len(printed)
        text = text[:position] + mark + text[position:]
        position += len(mark)
    return text


def _doubt(doubt: str, point: Point) -> str:
    if point.elsewhere is None:
        return "doubt_unknown"
    return "doubt_elsewhere" if doubt in point.elsewhere else "doubt"


def label_of(point: Point, field: str, kind: AnalysisKind, language: Language) -> str:
    """Return what is said before a statement: whose it is, where its section does not say it."""
    if kind is AnalysisKind.EXTRACTIVE:
        return ""
    if point.kind is PointKind.CLAIM and field == "limitations" and point.evidence:
        return "" if _NAMES_AUTHORS.match(point.text) else words.ADMITTED(language)
    kind_of_point = words.POINT_KINDS.get(point.kind)
    return kind_of_point(language) if kind_of_point else ""


def checked_line(analysis: Analysis, language: Language) -> str:
    """Return how much of a model's reading was found in the paper; "" where nobody looked."""
    checked = analysis.checked
    if checked is None or not checked.claims:
        return ""
    if analysis.kind is AnalysisKind.EXTRACTIVE:
        key = "unverified"
    else:
        is_all = checked.verified == checked.claims
        all_found = "checked_but_marked" if _has_doubts(analysis) else "all_checked"
        key = all_found if is_all else "checked"
    return words.say(key, language, count=checked.claims, verified=checked.verified)


def _has_doubts(analysis: Analysis) -> bool:
    """Whether any statement is marked, also one that claims nothing: a suggestion, a question."""
    sections = (getattr(analysis, field) for field, _ in words.SECTIONS)
    return any(point.doubts for points in sections for point in points)


def fact_lines(paper: Paper, analysis: Analysis, language: Language) -> list[FactLine]:
    """Return the fact box: code, data, compute, licence, venue, as far as they are known.

    Code alone makes no box: it stands above every reading.
    """
    lines = []
    for fact in analysis.facts:
        mark = fact.evidence[0].mark if fact.evidence else None
        lines.append(FactLine(words.FACTS[fact.kind.value](language), fact.text, mark=mark))
    if licence := licence_name(paper.licence):
        lines.append(FactLine(words.FACTS["licence"](language), licence, paper.licence))
    if venue := paper.venue or venue_in(paper.comment):
        lines.append(FactLine(words.FACTS["venue"](language), venue))
    if lines and paper.code_url:
        lines.insert(0, FactLine(words.FACTS["code"](language), paper.code_url, paper.code_url))
    return lines


def licence_name(stated: str | None) -> str:
    """Return "CC BY-SA 4.0" for a licence's address; "" for one nobody knows."""
    for pattern, name in _LICENCES:
        if match := pattern.search((stated or "").lower()):
            return name.format(*(part.upper() for part in match.groups()))
    return ""


def venue_in(comment: str | None) -> str:
    """Return the venue an arXiv comment names as having accepted the paper; "" for none."""
    match = _VENUE.search(comment or "")
    return " ".join(match["venue"].split()) if match else ""


def has_evidence(analysis: Analysis) -> bool:
    """Whether there are quotations to open: an extract is quotations already."""
    sections = (getattr(analysis, field) for field, _ in words.SECTIONS)
    return analysis.kind is AnalysisKind.LLM and any(
        point.evidence for points in sections for point in points
    )
