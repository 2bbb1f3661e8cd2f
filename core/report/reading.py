"""What a reading says beside its statements, the same in a report and in a chat. Pure.

A doubt is printed behind its statement and names what it is about: a reader who sees only a mark
does not know what to distrust, and one who meets a mark behind every number does not read on.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from core.locale.phrases import listed_in
from core.models.values import (
    Analysis,
    AnalysisKind,
    Conclusion,
    Evidence,
    Language,
    Paper,
    Point,
    PointKind,
    SecondLook,
)
from core.report import words
from core.report.places import place
from core.report.tex import readable

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


_SAYS_WHO = re.compile(
    r"(?:论文)?(?:的)?作者(?:们)?(?:也|还|自己)?(?:在文中)?"
    r"(?:坦言|承认|指出|说明|注明|强调|表示|提到|认为)了?[，：:,]?\s*(?!的)"
    r"|(?:论文)?作者(?=没有|未|并未|只|仅)"
    r"|the authors (?:also |themselves )?(?:admit|acknowledge|note|state|say|mention|concede"
    r"|caution|stress|point out)(?: that)?[,:]? ",
    re.IGNORECASE,
)
_FORMULA = re.compile(r"(\$[^$]*\$)")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z][\w'’-]*|\d[\d.,]*")
_CHINESE_A_MINUTE, _WORDS_A_MINUTE = 350, 220


@dataclass(frozen=True)
class FactLine:
    """One line of the fact box."""

    label: str
    text: str
    url: str | None = None
    mark: str | None = None


def with_doubts(point: Point, language: Language, shown: Callable[[str], str] = str) -> str:
    """Return a statement with `doubts` behind it; `shown` is how text is written where it goes."""
    return " ".join(filter(None, map(shown, (point.text, doubts(point, language)))))


def doubts(point: Point, language: Language) -> str:
    """Return which numbers and names of a statement the paper does not bear out; "" for none.

    It says whether the paper has them at all.
    """
    told: dict[str, list[str]] = {}
    for doubt in point.doubts:
        told.setdefault(_doubt(doubt, point), []).append(readable(doubt))
    return "".join(
        words.say(key, language, what=listed_in(language, named)) for key, named in told.items()
    )


def _doubt(doubt: str, point: Point) -> str:
    if point.elsewhere is None:
        return "doubt_unknown"
    return "doubt_elsewhere" if doubt in point.elsewhere else "doubt"


def quoted(evidence: Evidence) -> str:
    """Return a quotation as people read it: a table's row without its bars."""
    if not evidence.quote.startswith("|"):
        return evidence.quote
    parts = enumerate(_FORMULA.split(evidence.quote))
    cells = "".join(part if n % 2 else part.replace("|", "\n") for n, part in parts).split("\n")
    return " · ".join(filter(None, map(str.strip, cells)))


def points_of(analysis: Analysis, field: str) -> tuple[Point, ...]:
    """Return what a section shows, what the paper does not say first of the limitations.

    Quotations are nobody's takeaway: extracts of before December 2026 have some.
    """
    points: tuple[Point, ...] = getattr(analysis, field)
    if field == "takeaway" and analysis.kind is AnalysisKind.EXTRACTIVE:
        return ()
    if field != "limitations":
        return points
    told = (p.model_copy(update={"text": _told_straight(p.text)}) for p in points)
    return tuple(sorted(told, key=lambda point: point.kind is not PointKind.ABSENCE))


def _told_straight(text: str) -> str:
    """Return a limitation without "The authors admit that": its heading says so."""
    match = _SAYS_WHO.match(text)
    rest = text[match.end() :] if match else ""
    return rest[:1].upper() + rest[1:] if len(rest) > 1 else text


def label_of(point: Point, kind: AnalysisKind, language: Language) -> str:
    """Return what is said before a statement: what it is, where its section does not say it."""
    label = words.POINT_KINDS.get(point.kind) if kind is AnalysisKind.LLM else None
    return label(language) if label else ""


def group_of(point: Point, field: str, kind: AnalysisKind, language: Language) -> str:
    """Return what stands above the statements of one kind: whose they are."""
    if kind is AnalysisKind.EXTRACTIVE or field != "limitations":
        return ""
    if point.kind is PointKind.QUESTION:
        return words.say("asked", language)
    is_theirs = point.kind is PointKind.CLAIM and point.evidence
    return words.say("admitted", language) if is_theirs else ""


def headline_of(analysis: Analysis) -> str:
    """Return a reading's headline; "" without one."""
    return analysis.headline.text if analysis.headline else ""


def conclusion_of(end: Conclusion | None, language: Language) -> tuple[str, str] | None:
    """Return the last line of a reading: the advice, and why."""
    if end is None:
        return None
    return words.say("conclusion", language, advice=words.ADVICE(end.advice, language)), end.why


def minutes_of(analysis: Analysis, language: Language) -> str:
    """Return how long a reading takes to read: "约 3 分钟"."""
    sections = (point.text for field, _ in words.SECTIONS for point in points_of(analysis, field))
    text = " ".join((*sections, *(fact.text for fact in analysis.facts)))
    chinese = len(_CHINESE.findall(text)) / _CHINESE_A_MINUTE
    minutes = max(1, round(chinese + len(_WORD.findall(text)) / _WORDS_A_MINUTE))
    return words.say("minutes", language, count=minutes)


def checked_line(analysis: Analysis, language: Language) -> str:
    """Return what of a model's reading was checked, and of which day one of days past is."""
    if not analysis.is_earlier:
        return _checked_line(analysis, language)
    day = f"{analysis.created_at:%Y-%m-%d}"
    told = (words.say("earlier", language, day=day), _checked_line(analysis, language))
    return " · ".join(filter(None, told))


def _checked_line(analysis: Analysis, language: Language) -> str:
    """Return what of a model's reading was checked; "" where nobody looked."""
    checked = analysis.checked
    if analysis.kind is AnalysisKind.EXTRACTIVE and checked is not None:
        return words.say("unverified", language, count=checked.claims, verified=checked.verified)
    if analysis.second_look is SecondLook.DONE:
        key = "looked_over"
    elif checked is not None and checked.claims:
        key = "checked"
    else:
        return ""
    marked = words.say("but_marked", language) if _has_doubts(analysis) else ""
    return words.say(key, language) + marked


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
        mark = place(fact.evidence[0], language) if fact.evidence else None
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
