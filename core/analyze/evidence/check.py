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

from core.analyze.evidence.bindings import Bound, bind
from core.analyze.evidence.names import COMMON, OURS, Familiar, keys_in, names_in, quantities_in
from core.analyze.evidence.numbers import PERCENT, TIMES, Number, supports
from core.analyze.evidence.plain import plain
from core.analyze.evidence.quotes import Found, Quotable
from core.analyze.evidence.source import Source, Unit
from core.models import Document


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
class Verdict:
    """What a check found."""

    status: Status
    quotes: tuple[Quoted, ...] = ()
    doubtful: tuple[str, ...] = ()
    """Numbers and names, as printed in the statement, that the paper does not bear out."""
    derived: tuple[str, ...] = ()
    """Numbers that follow from two in the evidence: "0.4 dB" from 31.2 and 30.8."""

    @property
    def is_verified(self) -> bool:
        """Whether all of it is in the paper, as far as can be checked."""
        return self.status is Status.VERIFIED


class Checker:
    """Checks statements against one paper."""

    def __init__(self, document: Document, title: str) -> None:
        self._source = Source(document, title)
        self._quotable = Quotable(document)

    def check(
        self, statement: str, quotes: Sequence[str], near: str | None = None, *, free: bool = False
    ) -> Verdict:
        """Return what the paper says to a statement that rests on `quotes`.

        `near` is the section it names. `free` statements (suggestions, a reviewer's questions)
        need no quotation, but what numbers and names they have must be the paper's.
        """
        given = [quote for quote in quotes if quote.strip()]
        found = [place for quote in given for place in self._quotable.find(quote, near)]
        units = self._units(found)
        quoted = tuple(self._quoted(found))
        if given and not units and not free:
            return Verdict(Status.QUOTE_MISSING)
        if not given and not free:
            return Verdict(Status.NO_QUOTE)
        claim = _Claim(plain(statement), self._source.familiar)
        return self._judge(claim, units, quoted)

    def number(self, text: str, units_of: str | None = None) -> bool:
        """Whether every number of a short text occurs in the paper at all."""
        said = [bound.number for bound in bind(plain(text), Familiar()) if not bound.number.is_word]
        return all(
            any(supports(known.number, number) for known in self._known()) for number in said
        )

    def _judge(self, claim: "_Claim", units: Sequence[Unit], quoted: tuple[Quoted, ...]) -> Verdict:
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
        return Verdict(status, quoted, (*missing, *elsewhere, *names), tuple(derived))

    # Quotations

    def _units(self, found: Iterable[Found]) -> list[Unit]:
        return [
            unit
            for unit in self._source.units
            if any(
                place.section == unit.section.id
                and unit.start < place.end
                and place.start < unit.end
                for place in found
            )
        ]

    def _quoted(self, found: Iterable[Found]) -> Iterator[Quoted]:
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

    def _known(self) -> Iterator[Bound]:
        for unit in self._source.units:
            yield from unit.numbers

    def _outcome(self, said: Bound, claim: "_Claim", cited: Sequence[Unit]) -> Status | None:
        """Return VERIFIED, what is wrong, or None for a number that follows from two others."""
        is_anywhere = False
        cited_ids = {id(unit) for unit in cited}
        blocks = {unit.block for unit in cited}
        for unit in self._source.units:
            for known in unit.numbers:
                if not supports(known.number, said.number):
                    continue
                is_anywhere = True
                distance = 0 if id(unit) in cited_ids else 1 if unit.block in blocks else 2
                if self._fits(said, known, unit, claim, distance):
                    return Status.VERIFIED
        if self._follows(said, claim, cited):
            return None
        return Status.NUMBER_ELSEWHERE if is_anywhere else Status.NUMBER_MISSING

    def _fits(self, said: Bound, known: Bound, unit: Unit, claim: "_Claim", distance: int) -> bool:
        """Whether a number of the paper may be the one said, of the same thing."""
        if _contradict(said.kinds, known.kinds):
            return False
        names = said.names & self._source.all_keys
        if any(_is_anothers(name, said.number, known, unit) for name in names):
            return False
        proper = names - {OURS}
        here = unit.keys | known.names
        if proper - here - (frozenset() if distance == 2 else self._around(unit)):
            return False
        if distance == 0:
            return True
        is_bound = bool(proper & known.names) or bool(_loose(said.kinds) & _loose(known.kinds))
        if distance == 1:
            return is_bound or not (said.kinds or proper)
        return is_bound

    def _around(self, unit: Unit) -> frozenset[str]:
        return self._source.wide_keys(unit)

    def _follows(self, said: Bound, claim: "_Claim", cited: Sequence[Unit]) -> bool:
        """Whether the number is the difference or ratio of two in the evidence or the statement."""
        if not _DIFFERENCE.search(claim.around(said.number)):
            return False
        pool = [known for unit in cited if len(unit.numbers) <= 8 for known in unit.numbers]
        pool += [
            bound for bound in claim.numbers if bound is not said and self._stands(bound, cited)
        ]
        pool = [bound for bound in pool if not _contradict(said.kinds, bound.kinds)]
        return any(
            _is_difference(said.number, first.number, second.number)
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

    def _missing_names(self, claim: "_Claim") -> list[str]:
        return [
            name.text
            for name in claim.names
            if name.key not in self._source.all_keys
            and (name.is_strict or claim.binds(name.key))
            and not self._is_short(name.text)
        ]

    def _is_short(self, text: str) -> bool:
        """Whether it abbreviates words that stand in a row somewhere: "CFG", "MAR"."""
        letters = text.rstrip("s").lower()
        return 2 <= len(letters) <= 6 and letters.isalpha() and letters in self._source.initials

    def _is_related(self, claim: "_Claim", units: Sequence[Unit]) -> bool:
        """Whether statement and quotation share anything that can be compared."""
        near = frozenset().union(*(unit.keys | _bound_keys(unit) for unit in units))
        around = frozenset().union(
            *(other.keys for unit in units for other in self._source.block(unit))
        )
        proper = {name.key for name in claim.names if name.key != OURS}
        known = {key for key in proper if key in self._source.all_keys}
        if known:
            return bool(known & (near | around)) or claim.shares_number(units)
        if claim.is_english:
            return bool(claim.words & near) or claim.shares_number(units)
        return True


_DIFFERENCE = re.compile(
    r"高|低|升|降|减|增|差|领先|落后|多|少|快|慢|节省|损失|缩"
    r"|\b(?:improv|gain|high|low|drop|fall|fell|reduc|increas|decreas|cost|gap|margin|differ|more|less"
    r"|fast|slow|better|worse|lead|short|sav|by\b|smaller|larger)",
    re.IGNORECASE,
)


def _bound_keys(unit: Unit) -> frozenset[str]:
    return (
        frozenset().union(*(known.names for known in unit.numbers)) if unit.numbers else frozenset()
    )


_FILLERS = frozenset(
    [
        "the",
        "a",
        "an",
        "and",
        "or",
        "of",
        "to",
        "in",
        "on",
        "for",
        "with",
        "by",
        "from",
        "as",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "this",
        "that",
        "these",
        "those",
        "it",
        "its",
        "we",
        "our",
        "they",
        "their",
        "which",
        "who",
        "what",
        "when",
        "where",
        "how",
        "can",
        "may",
        "not",
        "no",
        "than",
        "then",
        "so",
        "such",
        "more",
        "most",
        "also",
        "using",
        "used",
        "use",
        "based",
        "method",
        "methods",
        "model",
        "models",
        "paper",
        "authors",
        "results",
        "result",
        "show",
        "shows",
        "propose",
        "proposes",
        "proposed",
        "achieve",
        "achieves",
        "work",
    ]
)


class _Claim:
    """A statement taken apart."""

    def __init__(self, text: str, familiar: Familiar) -> None:
        self.text = text
        self.numbers = [bound for bound in bind(text, familiar) if not bound.number.is_word]
        taken = [(q.start, q.end) for q in quantities_in(text)]
        self.names = [
            name
            for name in names_in(text, familiar)
            if re.search(r"\d", name.text)  # "Recall@10" is a quantity, and a name as well
            or not any(start < name.end and name.start < end for start, end in taken)
        ]
        cjk = len(re.findall(r"[\u3400-\u9fff]", text))
        self.is_english = cjk < 2
        self.words = frozenset(
            word for word in keys_in(text) if len(word) > 3 and word not in _FILLERS
        )

    def binds(self, key: str) -> bool:
        """Whether a number is said of this name."""
        return any(key in bound.names for bound in self.numbers) and key not in COMMON

    def around(self, number: Number) -> str:
        """Return the words next to a number."""
        return self.text[max(0, number.start - 30) : number.end + 15]

    def shares_number(self, units: Sequence[Unit]) -> bool:
        """Whether one of its numbers stands in these units."""
        return any(
            supports(known.number, bound.number)
            for bound in self.numbers
            for unit in units
            for known in unit.numbers
        )


# Whose number


_ALIKE = (
    {"iteration", "step"},
    {"layer", "block"},
    {"image", "sample", "pair", "question"},
    {"video", "frame", "sample"},
    {"model", "parameters", "layer", "block"},
    {"dimension", "channel", "token"},
    {"dimension", "resolution", "patch"},
    {"category", "task", "dataset", "scene", "sample"},
    {"ACCURACY", "PRECISION", "WINRATE", "RECALL"},
    {"MAP", "ACCURACY", "PRECISION"},
    {"MIOU", "IOU"},
    {"SPEEDUP", "LATENCY", "THROUGHPUT"},
    {"lambda", "rate", "guidance"},
    {"ratio", "lambda"},
    {"ERROR", "RMSE"},
    {"point", "model"},
    {"window", "patch", "kernel"},
)
_VAGUE = frozenset({"model", "dataset", "task", "sigma"})


def _loose(kinds: frozenset[str]) -> frozenset[str]:
    """Return kinds with those the languages do not tell apart."""
    return kinds.union(*(group for group in _ALIKE if group & kinds))


def _contradict(said: frozenset[str], known: frozenset[str]) -> bool:
    """Whether two numbers are of different quantities."""
    said, known = said - _VAGUE, known - _VAGUE
    return bool(said and known and not (_loose(said) & _loose(known)))


def _is_anothers(name: str, said: Number, known: Bound, unit: Unit) -> bool:
    """Whether, where `known` stands, `name` has another number of the same kind."""
    if name in known.names:
        return False
    if unit.table is not None:
        if name != OURS:
            return name in unit.table.others
        has_ours = any(OURS in names for names in unit.table.row_keys)
        return has_ours and unit.row >= unit.table.heads
    return any(
        other is not known
        and name in other.names
        and other.number.unit == known.number.unit
        and not supports(other.number, said)
        and not _contradict(known.kinds, other.kinds)
        for other in unit.numbers
    )


def _is_difference(said: Number, first: Number, second: Number) -> bool:
    """Whether `said` is how far two numbers of one kind are apart, printed as finely as they are."""
    units = {first.unit, second.unit} - {""}
    if len(units) > 1 or first.is_word or second.is_word:
        return False
    difference = abs(first.value - second.value)
    tolerance = max(said.step, 1e-12) / 2 * (1 + 1e-6)
    is_alike = not said.unit or not units or said.unit in units
    if is_alike and difference and abs(difference - abs(said.value)) <= tolerance:
        return True
    if not (first.value and second.value):
        return False
    if said.unit == PERCENT:
        return any(
            abs(100 * difference / abs(base) - abs(said.value)) <= tolerance
            for base in (first.value, second.value)
        )
    if said.unit == TIMES:
        ratio = max(abs(first.value), abs(second.value)) / min(abs(first.value), abs(second.value))
        return abs(ratio - abs(said.value)) <= tolerance
    return False


__all__ = ["COMMON", "Checker", "Quoted", "Status", "Verdict"]
