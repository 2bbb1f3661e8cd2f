"""One statement, checked: its quotations stand in the paper, its numbers do, and of the same thing.

A statement is taken apart into numbers, each with the names and quantities it is said of, and
every number must be borne out by one of the paper's that is not said of something else. It is not
understood: a wrong paraphrase without a number or a name passes, which is why readers can open the
quotation.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.analyze.check.bindings import Bound
from core.analyze.check.claims import Claim
from core.analyze.check.kinship import (
    contradict,
    is_anothers,
    is_compared_with,
    is_difference,
    is_rival_alike,
    loose,
)
from core.analyze.check.names import OURS, key_of
from core.analyze.check.plain import plain
from core.analyze.check.quotes import FoundQuote, Quotable
from core.analyze.check.source import CheckedText, Unit
from core.analyze.check.support import supports
from core.models.values import Document

LONGEST: Final = 4_000
"""Characters beyond which a text is no statement, and not worth the time of a check."""


MOST_NUMBERS: Final = 40
"""Each is held against all of the paper's: more is a table, and no statement."""
MOST_QUOTES: Final = 4


class Status(StrEnum):
    """What became of a statement."""

    VERIFIED = "verified"
    NO_QUOTE = "no_quote"
    """None was given."""
    QUOTE_MISSING = "quote_missing"
    """None of those given stands in the paper."""
    NUMBER_MISSING = "number_missing"
    NUMBER_ELSEWHERE = "number_elsewhere"
    """The paper has the number, but of something else."""
    NAME_MISSING = "name_missing"
    UNRELATED = "unrelated"
    """The quotation stands in the paper, and is about something else."""


@dataclass(frozen=True)
class Quoted:
    """A quotation that was found, as the paper has it."""

    text: str
    section: str
    label: str | None
    """ "Table 4" for what stands in a table or a caption."""


@dataclass(frozen=True)
class CheckResult:
    """What a check found."""

    status: Status
    quotes: tuple[Quoted, ...] = ()
    doubtful: tuple[str, ...] = ()
    """Numbers and names, as printed in the statement, that the paper does not bear out."""
    elsewhere: tuple[str, ...] = ()
    """Those of them that the paper has, but of something else."""
    derived: tuple[str, ...] = ()
    """Numbers that follow from two in the evidence: "0.4 dB" from 31.2 and 30.8."""

    @property
    def is_verified(self) -> bool:
        """Whether all of it is in the paper, as far as can be checked."""
        return self.status is Status.VERIFIED


class Checker:
    """Checks statements against one paper."""

    def __init__(self, document: Document, title: str) -> None:
        self._source = CheckedText(document, title)
        self._quotable = Quotable(document)

    def check(
        self, statement: str, quotes: Sequence[str], near: str | None = None, *, free: bool = False
    ) -> CheckResult:
        """Return what the paper says to a statement that rests on `quotes`.

        `near` is the section it names. `free` statements (suggestions, a reviewer's questions)
        need no quotation, but what numbers and names they have must be the paper's.
        """
        given = [quote for quote in quotes[:MOST_QUOTES] if quote.strip()]
        found = [place for quote in given for place in self._quotable.find(quote, near)]
        units = self._units(found)
        quoted = tuple(self._quoted(found))
        if given and not units and not free:
            return CheckResult(Status.QUOTE_MISSING)
        if not given and not free:
            return CheckResult(Status.NO_QUOTE)
        if len(statement) > LONGEST:
            return CheckResult(Status.UNRELATED, quoted)
        claim = Claim(plain(statement), self._source.familiar)
        if len(claim.numbers) > MOST_NUMBERS:
            return CheckResult(Status.UNRELATED, quoted)
        return self._judge(claim, units, quoted)

    def _judge(
        self, claim: Claim, units: Sequence[Unit], quoted: tuple[Quoted, ...]
    ) -> CheckResult:
        missing: list[str] = []
        elsewhere: list[str] = []
        derived: list[str] = []
        for bound in claim.numbers:
            outcome = self._outcome(bound, claim, units)
            if outcome is Status.NUMBER_MISSING:
                missing.append(bound.number.text)
            elif outcome is Status.NUMBER_ELSEWHERE:
                elsewhere.append(bound.number.text)
            elif outcome is None:
                derived.append(bound.number.text)
        names = self._missing_names(claim)
        status = Status.VERIFIED
        if missing:
            status = Status.NUMBER_MISSING
        elif elsewhere:
            status = Status.NUMBER_ELSEWHERE
        elif names:
            status = Status.NAME_MISSING
        elif units and not self._is_related(claim, units):
            status = Status.UNRELATED
        doubtful = (*missing, *elsewhere, *names)
        return CheckResult(status, quoted, doubtful, tuple(elsewhere), tuple(derived))

    # Quotations

    def _units(self, found: Iterable[FoundQuote]) -> list[Unit]:
        units = {
            (unit.block, unit.start): unit
            for place in found
            for unit in self._source.of_section(place.section)
            if unit.start < place.end and place.start < unit.end
        }
        return list(units.values())

    def _quoted(self, found: Iterable[FoundQuote]) -> Iterator[Quoted]:
        sections = {section.id: section for section in self._source.document.sections}
        for place in found:
            units = self._units([place])
            label = next((unit.label for unit in units if unit.label), None)
            text = sections[place.section].text[place.start : place.end]
            if units and units[0].table is None:
                # Whole sentences: half of one may say the contrary.
                text = sections[place.section].text[units[0].start : units[-1].end]
            yield Quoted(" ".join(text.split()), place.section, label)

    # Numbers

    def _outcome(self, said: Bound, claim: Claim, cited: Sequence[Unit]) -> Status | None:
        """Return VERIFIED, what is wrong, or None for a number that follows from two others."""
        cited_ids = {id(unit) for unit in cited}
        blocks = {unit.block for unit in cited}
        bearing = [
            (0 if id(unit) in cited_ids else 1 if unit.block in blocks else 2, unit, known)
            for unit, known in self._source.bearing(said.number)
        ]
        denied = frozenset(
            name
            for distance, unit, known in bearing
            if distance == 0
            for name in self._others(said, known, unit, is_cited=True)
        )
        for distance, unit, known in bearing:
            # What the quotation itself gives to another is not proved by a nameless mention.
            if (distance == 0 or denied <= known.names) and self._fits(said, known, unit, distance):
                return Status.VERIFIED
        if self._follows(said, claim, cited):
            return None
        return Status.NUMBER_ELSEWHERE if bearing else Status.NUMBER_MISSING

    def _others(self, said: Bound, known: Bound, unit: Unit, *, is_cited: bool) -> Iterator[str]:
        """Yield the names it is said of that have another number where `known` stands."""
        # "4.15 for PFGM++": that ImageNet has other numbers too says nothing.
        is_told = is_cited and unit.table is None and bool(known.names) and known.names < said.names
        for name in (said.names & self._source.all_keys) - _NOBODY:
            if is_compared_with(name, known, unit) or (
                not is_told and is_anothers(name, said.number, known, unit)
            ):
                yield name

    def _fits(self, said: Bound, known: Bound, unit: Unit, distance: int) -> bool:
        """Whether a number of the paper may be the one said, of the same thing."""
        if contradict(said.kinds, known.kinds) or any(
            self._others(said, known, unit, is_cited=distance == 0)
        ):
            return False
        if not is_rival_alike(said.rivals, known.rivals):
            return False
        proper = (said.names & self._source.all_keys) - {OURS}
        here = unit.keys | known.names
        telling = {name for name in proper if not name.isdigit()}
        if distance == 0 and known.names - {OURS} and telling and not telling & here:
            return False  # "with Midpoint in 20 steps" is not Euler's, wherever that is named
        if proper - here - (frozenset() if distance == 2 else self._source.wide_keys(unit)):
            return False
        if distance == 0:
            return True
        is_bound = bool(proper & known.names) or bool(loose(said.kinds) & loose(known.kinds))
        if distance == 1:
            return is_bound or not (said.kinds or proper)
        return is_bound

    def _follows(self, said: Bound, claim: Claim, cited: Sequence[Unit]) -> bool:
        """Whether the number is the difference or ratio of two in the evidence or the statement."""
        if not _DIFFERENCE.search(claim.around(said.number)):
            return False
        pool = [known for unit in cited if len(unit.numbers) <= 8 for known in unit.numbers]
        pool += [
            bound for bound in claim.numbers if bound is not said and self._stands(bound, cited)
        ]
        pool = [bound for bound in pool if not contradict(said.kinds, bound.kinds)]
        return any(
            is_difference(said.number, first.number, second.number)
            for i, first in enumerate(pool)
            for second in pool[i + 1 :]
        )

    def _stands(self, bound: Bound, cited: Sequence[Unit]) -> bool:
        return any(
            supports(known.number, bound.number)
            for unit in cited
            for other in self._source.block(unit)
            for known in other.numbers
        )

    # Names

    def _missing_names(self, claim: Claim) -> list[str]:
        return [
            name.text
            for name in claim.names
            if name.key not in self._source.all_keys
            and not name.is_size  # its numbers are looked for
            and (name.is_strict or claim.binds(name.key))
            and not self._is_short(name.text)
        ]

    def _is_short(self, text: str) -> bool:
        """Whether it abbreviates words that stand in a row somewhere: "CFG", "MAR"."""
        short = text.rstrip("s").lower()
        letters = short.rstrip("0123456789.")
        version = short[len(letters) :]  # the 3.5 of "SD3.5"
        return (
            2 <= len(letters) <= 6
            and letters.isalpha()
            and letters in self._source.initials
            and (not version or key_of(version) in self._source.all_keys)
        )

    def _is_related(self, claim: Claim, units: Sequence[Unit]) -> bool:
        """Whether statement and quotation share anything that can be compared."""
        known = {
            name.key
            for name in claim.names
            if name.key != OURS and name.key in self._source.all_keys
        }
        if not known and not claim.is_english:
            return True
        wanted = known or claim.words
        around = (other for unit in units for other in self._source.block(unit)) if known else ()
        return (
            any(not wanted.isdisjoint(place.keys) for place in (*units, *around))
            or any(not wanted.isdisjoint(_bound_keys(unit)) for unit in units)  # costs most
            or claim.shares_number(units)
        )


_NOBODY = frozenset({"ai", "api", "gpu", "cpu", "llm", "vlm", "mllm", "rgb", "id", "ui"})
"""Names nothing is measured of: that one of them stands beside another number says nothing."""
_DIFFERENCE = re.compile(
    r"高|低|升|降|减|增|差|领先|落后|多|少|快|慢|节省|损失|缩"
    r"|\b(?:improv|gain|high|low|drop|fall|fell|reduc|increas|decreas|cost|gap|margin|differ|more"
    r"|less|fast|slow|better|worse|lead|short|sav|by\b|smaller|larger)",
    re.IGNORECASE,
)


def _bound_keys(unit: Unit) -> frozenset[str]:
    return (
        frozenset().union(*(known.names for known in unit.numbers)) if unit.numbers else frozenset()
    )
