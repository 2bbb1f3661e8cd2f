"""A model's reading, held against the paper: what is kept, what is marked, what goes.

A claim whose quotation does not stand in the paper goes: what the paper does not say is not said.
One whose quotation does, but not all its numbers or names, stays and is marked behind them.
Suggestions and reviewers' questions claim nothing, so they need no quotation, but their numbers are
checked all the same. Pure; takes some hundredths of a second for a long paper.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from core.analyze.check.checker import Checker, CheckResult, Quoted, Status
from core.analyze.check.formulas import Formulas
from core.analyze.check.numbers import numbers_in
from core.analyze.check.results import Results, SaidResult
from core.analyze.losses import best_known, is_denied
from core.analyze.schema import Reading, Row, Statement
from core.analyze.wording import (
    WHY_WIDTH,
    as_question,
    clean_statement,
    is_stub,
    place_named,
    places_of,
    says_again,
)
from core.llm.tex import UNREADABLE
from core.models.values import (
    Checked,
    Conclusion,
    Document,
    Evidence,
    Fact,
    FactKind,
    Paper,
    Point,
    PointKind,
    Result,
    Section,
    Support,
)
from core.text.headline import WIDEST, in_one_line, unmarked
from core.text.links import links_in, own_links_only, words_of
from core.text.loops import said_once
from core.text.visible import cut

SECTIONS: Final = ("contribution", "methodology", "takeaway", "limitations")
MOST_POINTS: Final = 6
MOST_RESULTS: Final = 5
QUOTE_LIMIT: Final = 500
LEAST_SHARE: Final = 0.6
"""Of a reading's claims, how many must be found in the paper for it to be shown as one."""

_KINDS: Final[dict[str, PointKind]] = {
    "headline": PointKind.CLAIM,
    "contribution": PointKind.CLAIM,
    "methodology": PointKind.CLAIM,
    "intuition": PointKind.INTUITION,
    "ablation": PointKind.ABLATION,
    "takeaway": PointKind.SUGGESTION,
    "limitations": PointKind.CLAIM,
    "questions": PointKind.QUESTION,
    "data": PointKind.CLAIM,
    "compute": PointKind.CLAIM,
}
_MOST: Final = {"headline": 1, "intuition": 1, "ablation": 1, "data": 1, "compute": 1,
                "questions": 3, "contribution": 4}  # fmt: skip
_PART_OF: Final = {"intuition": "methodology", "ablation": "methodology",
                   "questions": "limitations"}  # fmt: skip
_CELLS: Final = {"benchmark": "benchmark", "metric": "metric", "ours": "ours",
                 "other": "best_other", "other_name": "other_name"}  # fmt: skip
_MOST_WORDS: Final = 3
"""Of a value, beside its number and unit: "ms per image"."""
_FREE: Final = frozenset({PointKind.SUGGESTION, PointKind.QUESTION, PointKind.ABSENCE})
_ABSENT = re.compile(
    r"(?:未|没有|并未|不曾)(?:明确)?(?:说明|提及|提到|给出|报告|讨论|承认|列出|声明|披露|写明|指出|提供)"
    r"|\b(?:does|do|did) not (?:\w+ )?(?:state|report|mention|say|discuss|give|list|disclose"
    r"|specify|provide|admit)"
    r"|\b(?:is|are) not (?:stated|reported|mentioned|discussed|given|specified)"
    r"|\bstates? no(?:ne)?\b",
    re.IGNORECASE,
)


@dataclass
class Verified:
    """A reading after its check."""

    sections: dict[str, list[Point]] = field(default_factory=dict)
    results: list[Result] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    headline: Point | None = None
    conclusion: Conclusion | None = None
    claims: int = 0
    verified: int = 0

    @property
    def checked(self) -> Checked:
        """How the claims fared."""
        return Checked(claims=self.claims, verified=self.verified)

    def points(self, name: str) -> tuple[Point, ...]:
        """Return a section's points in the order readers see them."""
        return tuple(self.sections.get(name, ()))


class Verifier:
    """Checks readings of one paper."""

    def __init__(self, paper: Paper, document: Document, shown: Sequence[Section]) -> None:
        """`shown` are the sections the model was given: it can name no other."""
        self._checker = Checker(document, paper.title)
        self._formulas = Formulas(document)
        self._table_results = Results(self._checker.source, paper.title)
        self._places = places_of(shown)
        texts = [section.text for section in document.sections]
        self._own = links_in(words_of(paper), *texts)

    def verify(self, reading: Reading) -> Verified:
        """Return what of a reading may be shown."""
        made = Verified()
        for name, kind in _KINDS.items():
            for statement in self._statements(reading, name):
                point = self._point(statement, kind, made)
                if point is not None:
                    self._put(made, name, point)
        self._equation(reading, made)
        made.results = best_known(list(self._results(reading.results)))
        made.conclusion = self._conclusion(reading)
        return _in_order(made)

    def claims(self, statements: Sequence[Statement]) -> tuple[Point, ...]:
        """Return the statements that stand in the paper, doubts marked; the others are gone."""
        made = Verified()
        usable = self._usable(said_once(statements, lambda said: said.text))
        points = (self._point(said, PointKind.CLAIM, made) for said in usable)
        return tuple(point for point in points if point and point.kind is not PointKind.ABSENCE)

    def _statements(self, reading: Reading, name: str) -> Iterator[Statement]:
        statements = said_once(getattr(reading, name), lambda said: said.text)
        for said in self._usable(statements[: _MOST.get(name, MOST_POINTS)]):
            text = _FITTED[name](said.text) if name in _FITTED else said.text
            if text:
                quotes = self._quotes(said, reading) if name == "headline" else said.quotes
                yield said.model_copy(update={"text": text, "quotes": quotes})

    def _quotes(self, headline: Statement, reading: Reading) -> list[str]:
        """Return a headline's quotations, or those of a statement that bear it out as well."""
        others = [*reading.contribution, *reading.ablation, *reading.methodology]
        if any(map(str.strip, headline.quotes)) or _ABSENT.search(headline.text):
            return headline.quotes
        checked = (
            s.quotes
            for s in others
            if self._check(
                headline.model_copy(update={"quotes": s.quotes}), PointKind.CLAIM
            ).is_verified
        )
        return next(checked, [])

    def _usable(self, statements: Sequence[Statement]) -> Iterator[Statement]:
        """Yield what can be shown at all: no placeholders, no foreign links."""
        for statement in statements:
            text = own_links_only(clean_statement(statement.text), self._own)
            if not is_stub(text) or UNREADABLE in text:
                yield statement.model_copy(update={"text": text})

    def _point(self, said: Statement, kind: PointKind, made: Verified) -> Point | None:
        if (
            kind is PointKind.CLAIM
            and not any(map(str.strip, said.quotes))
            and _ABSENT.search(said.text)
        ):
            kind = PointKind.ABSENCE
        verdict = self._check(said, kind)
        if kind not in _FREE:
            made.claims += 1
            made.verified += verdict.is_verified
            if not verdict.quotes:
                return None
        return None if UNREADABLE in said.text else self._shown(said, kind, verdict)

    def _check(self, said: Statement, kind: PointKind) -> CheckResult:
        if UNREADABLE in said.text:
            return CheckResult(Status.QUOTE_MISSING)
        where = place_named(said.where, self._places)
        return self._checker.check(said.text, said.quotes, where, free=kind in _FREE)

    def _shown(self, said: Statement, kind: PointKind, verdict: CheckResult) -> Point:
        evidence = _evidence(verdict.quotes)
        doubts = verdict.doubtful
        if kind in _FREE:
            # A researcher's own methods are no names of this paper.
            doubts = tuple(
                doubt for doubt in doubts if re.search(r"\d", doubt) and doubt[0].isdigit()
            )
        support = Support.DOUBTFUL if doubts else Support.VERIFIED
        if kind in _FREE and not doubts:
            support = Support.VERIFIED if evidence else Support.UNCHECKED
        where = evidence[0].where if evidence else place_named(said.where, self._places)
        if kind is PointKind.ABSENCE:
            where = None
        return Point(
            text=said.text,
            where=where,
            kind=kind,
            evidence=evidence,
            support=support,
            doubts=doubts,
            elsewhere=tuple(doubt for doubt in doubts if doubt in verdict.elsewhere),
        )

    def _put(self, made: Verified, name: str, point: Point) -> None:
        if name in ("data", "compute"):
            if point.support is Support.VERIFIED and point.kind is not PointKind.ABSENCE:
                made.facts.append(
                    Fact(kind=FactKind(name), text=unmarked(point.text), evidence=point.evidence)
                )
            return
        if name == "headline":
            # Alone on its line there is no room for a doubt.
            is_sure = point.support is Support.VERIFIED and point.kind is PointKind.CLAIM
            made.headline = point if is_sure else None
            return
        section = _PART_OF.get(name, name)
        said = made.sections.setdefault(section, [])
        if all(point.text != other.text for other in said):
            said.append(point)

    def _equation(self, reading: Reading, made: Verified) -> None:
        for equation in reading.equation[:1]:
            place = self._formulas.find(equation.tex)
            meaning = own_links_only(clean_statement(equation.meaning), self._own)
            if place is None or is_stub(meaning):
                continue
            tex = equation.tex.strip().strip("$").strip()
            evidence = Evidence(quote=f"${tex}$"[:QUOTE_LIMIT], where=place)
            point = Point(
                text=f"${tex}$ — {meaning}",
                where=place,
                kind=PointKind.EQUATION,
                evidence=(evidence,),
                support=Support.VERIFIED,
            )
            made.sections.setdefault("methodology", []).append(point)

    def _conclusion(self, reading: Reading) -> Conclusion | None:
        for verdict in reading.conclusion[:1]:
            why = own_links_only(clean_statement(verdict.why), self._own)
            why = in_one_line(why, WHY_WIDTH)
            if not is_stub(why) and not self._checker.check(why, (), free=True).doubtful:
                return Conclusion(advice=verdict.advice, why=why)
        return None

    def _results(self, rows: Sequence[Row]) -> Iterator[Result]:
        for row in said_once(rows, lambda row: " ".join(map(str, row.model_dump().values())))[
            :MOST_RESULTS
        ]:
            cells = {name: self._cell(getattr(row, field)) for name, field in _CELLS.items()}
            cells |= {name: self._value(cells[name]) for name in ("ours", "other")}
            if not (cells["benchmark"] and cells["metric"] and re.search(r"\d", cells["ours"])):
                continue
            found = self._table_results.find(SaidResult(**cells, quote=row.quote))
            if found is not None:
                yield Result(
                    benchmark=cells["benchmark"],
                    metric=cells["metric"],
                    ours=cells["ours"],
                    other=cells["other"] if found.has_other else None,
                    other_name=cells["other_name"] if found.has_other else None,
                    higher_is_better=row.higher_is_better if found.side is None else found.side,
                    evidence=_evidence(found.quotes),
                )

    def _cell(self, text: str) -> str:
        text = unmarked(own_links_only(clean_statement(text), self._own))[:60].strip()
        return "" if text in ("-", "–", "—", "N/A", "n/a") else text

    def _value(self, text: str) -> str:
        """Return a value without remarks: "31.24" for "31.24 (by far the best of all)"."""
        rest = text
        for number in (found := numbers_in(text)):
            rest = rest.replace(number.text, " ", 1)
        said = re.findall(r"[^\W\d_]+", rest)
        is_printed = len(said) <= _MOST_WORDS and all(map(self._checker.source.has, said))
        return text if is_printed or not found else found[0].text


_FITTED: Final[dict[str, Callable[[str], str]]] = {
    "headline": lambda text: in_one_line(text, max(WIDEST.values())),
    "questions": as_question,
}
_ORDER: Final = (PointKind.INTUITION, PointKind.EQUATION, PointKind.ABLATION)


def _in_order(made: Verified) -> Verified:
    """Put the method in the order it is told, and leave out what the headline says already.

    What the results deny is no headline, and nothing new.
    """
    rank = {kind: place for place, kind in enumerate(_ORDER, 1)}
    made.sections.get("methodology", []).sort(key=lambda point: rank.get(point.kind, 0))
    if made.headline is not None and is_denied(made.headline.text, made.results):
        made.headline = None
    new = made.points("contribution")
    made.sections["contribution"] = [one for one in new if not is_denied(one.text, made.results)]
    if made.headline is not None:
        line = made.headline.text
        kept = [p for p in made.points("contribution") if not says_again(p.text, line)]
        made.sections["contribution"] = kept or list(made.points("contribution"))[:1]
    return made


def verified(
    paper: Paper,
    document: Document,
    shown: Sequence[Section],
    reading: Reading,
) -> Verified:
    """Return what of a reading may be shown, see `Verifier`: work for elsewhere."""
    return Verifier(paper, document, shown).verify(reading)


def claims_in(
    paper: Paper, document: Document, statements: Sequence[Statement]
) -> tuple[Point, ...]:
    """Return the statements that stand in the paper, see `Verifier`: work for elsewhere."""
    return Verifier(paper, document, document.sections).claims(statements)


def _evidence(quotes: Sequence[Quoted]) -> tuple[Evidence, ...]:
    made = (
        Evidence(quote=cut(quoted.text, QUOTE_LIMIT), where=quoted.section, label=quoted.label)
        for quoted in quotes
        if quoted.text.strip()
    )
    return tuple(dict.fromkeys(made))
