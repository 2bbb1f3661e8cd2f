"""One statement, checked by what rules can decide: its quotations and numbers stand in the paper.

Every number must stand, as a value, in the quotation, in its paragraph, or in its table's row with
heads and caption. Whose number it is, and whether the sentence says what is said, rules do not
know; a second look does (`core.analyze.second_look`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Final

from core.analyze.check.names import FORMULA, OURS, names_in, words
from core.analyze.check.numbers import Number, follows, numbers_in, supports
from core.analyze.check.plain import plain
from core.analyze.check.source import MOST_QUOTES, CheckedText, Passage
from core.analyze.check.tables import Table, TableRow
from core.models.values import Document

LONGEST: Final = 4_000
"""Characters beyond which a text is no statement, and not worth the time of a check."""
MOST_NUMBERS: Final = 40
"""More is a table, and no statement."""
_MOST_COMPARED: Final = 6
"""Of more, some two are as far apart as anything."""
_DIFFERENCE = re.compile(
    r"高|低|升|降|减|增|差|领先|落后|多|少|快|慢|节省|损失|缩|波动|变化|提高"
    r"|\b(?:improv|gain|high|low|drop|fall|fell|reduc|increas|decreas|cost|gap|margin|differ|more"
    r"|less|fast|slow|better|worse|lead|short|sav|by\b|smaller|larger|vari)",
    re.IGNORECASE,
)


class Status(StrEnum):
    """What became of a statement."""

    VERIFIED = "verified"
    NO_QUOTE = "no_quote"
    """None was given."""
    QUOTE_MISSING = "quote_missing"
    """None of those given stands in the paper."""
    NUMBER_MISSING = "number_missing"
    NUMBER_ELSEWHERE = "number_elsewhere"
    """The paper has the number, but not where the quotation stands."""
    NAME_MISSING = "name_missing"


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
    """Those of them that the paper has, but not there."""

    @property
    def is_verified(self) -> bool:
        """Whether all of it is in the paper, as far as rules can tell."""
        return self.status is Status.VERIFIED


class Checker:
    """Checks statements against one paper."""

    def __init__(self, document: Document, title: str) -> None:
        self.source = CheckedText(document, title)

    def check(
        self, statement: str, quotes: Sequence[str], near: str | None = None, *, free: bool = False
    ) -> CheckResult:
        """Return what the paper says to a statement that rests on `quotes`.

        `near` is the section it names. `free` statements (suggestions, a reviewer's questions)
        need no quotation, and their numbers may stand anywhere in the paper.
        """
        passages = self.source.passages(quotes, near)
        if not passages and not free:
            is_given = any(map(str.strip, quotes[:MOST_QUOTES]))
            return CheckResult(Status.QUOTE_MISSING if is_given else Status.NO_QUOTE)
        text = plain(FORMULA.sub(_values_of, statement[: LONGEST + 1]))
        said = numbers_in(text)
        if not text.strip() or len(statement) > LONGEST or len(said) > MOST_NUMBERS:
            return CheckResult(Status.QUOTE_MISSING)
        doubtful = list(self._doubtful(said, text, passages))
        elsewhere = [n for n in doubtful if any(supports(k, n) for k in self.source.numbers)]
        if free:
            doubtful, elsewhere = [n for n in doubtful if n not in elsewhere], []
        names = [
            name
            for name in names_in(statement)
            if not (self.source.has(name) or any(n.text.endswith(name) for n in said))
        ]
        return CheckResult(
            _status(len(doubtful), len(elsewhere), len(names)),
            tuple(dict.fromkeys(map(quoted_from, passages))),
            (*(number.text for number in doubtful), *names),
            tuple(number.text for number in elsewhere),
        )

    def _doubtful(
        self, numbers: Sequence[Number], text: str, passages: Sequence[Passage]
    ) -> Iterator[Number]:
        """Yield the numbers of a statement that do not stand where its quotations do."""
        stands = [
            number
            for number in numbers
            if _stands(number, numbers, passages)
            and not _is_anothers(number, numbers, text, passages)
        ]
        may_follow = _DIFFERENCE.search(text) is not None
        for number in numbers:
            is_small = number.printed in (0, 1) and number.step >= 1 and not number.unit
            if number in stands or number.is_name or is_small:
                continue
            if number.is_word and not _counts_otherwise(number, text, passages):
                continue
            if may_follow and _is_derived(number, stands, passages):
                continue
            if not self._is_part_of_name(number, text):
                yield number

    def _is_part_of_name(self, number: Number, text: str) -> bool:
        """Whether it is the 2.5 of "Qwen 2.5": a name and a number that the paper has together."""
        before = re.search(r"([A-Z][\w-]*)\s?$", text[max(0, number.start - 30) : number.start])
        is_short = number.printed < 10 or number.printed.is_integer()
        return before is not None and is_short and self.source.has_phrase(before[1], number.text)


def quoted_from(passage: Passage) -> Quoted:
    """Return a passage as a reader is shown it."""
    return Quoted(" ".join(passage.text.split()), passage.section.id, passage.label)


_COEFFICIENT = re.compile(r"(?<!\^\{)(?<=\{)\d(?=\})|(?<![\d.={^-])\d(?![\d.])")


def _values_of(formula: re.Match[str]) -> str:
    """Return a formula without what is no value: the 1 and 2 of "\\frac{1}{2}\\beta"."""
    has_letters = re.search(r"[A-Za-z]", plain(formula[0]))
    return _COEFFICIENT.sub(" ", formula[0]) if has_letters else formula[0]


def _status(doubtful: int, elsewhere: int, names: int) -> Status:
    if doubtful:
        return Status.NUMBER_MISSING if elsewhere < doubtful else Status.NUMBER_ELSEWHERE
    return Status.NAME_MISSING if names else Status.VERIFIED


def _stands(said: Number, numbers: Sequence[Number], passages: Sequence[Passage]) -> bool:
    """Whether a number stands in the sentences or rows quoted, or, without a rival, around them.

    A rival is another number of its make in the sentence, of which the statement says nothing: the
    "3M steps" of the quotation, where the 7M are of the next sentence.
    """
    if any(supports(known, said) for passage in passages for known in passage.numbers):
        return True
    if not any(supports(known, said) for passage in passages for known in passage.numbers_around):
        return False
    rivals = (
        known
        for passage in passages
        if not passage.rows
        for known in passage.numbers
        if known.make == said.make and known.printed not in (0, 1)
    )
    return all(any(supports(known, number) for number in numbers) for known in rivals)


def _is_anothers(
    said: Number, numbers: Sequence[Number], text: str, passages: Sequence[Passage]
) -> bool:
    """Whether the row quoted gives a number to another row or column than the statement names."""
    bearing = [p for p in passages if any(supports(known, said) for known in p.numbers)]
    named, is_ours = words(text), OURS.search(text) is not None
    return bool(bearing) and all(
        passage.table is not None
        and len(passage.rows) == 1
        and (
            _is_other(named, *_heads(said, numbers, passage.rows[0]))
            or (not is_ours and _is_other(named, *_stubs(passage.rows[0], passage.table)))
        )
        for passage in bearing
    )


def _is_other(
    named: frozenset[str], own: Sequence[frozenset[str]], others: Sequence[frozenset[str]]
) -> bool:
    return bool(own) and not any(one <= named for one in own) and any(
        one and one <= named for one in others
    )  # fmt: skip


def _heads(
    said: Number, numbers: Sequence[Number], row: TableRow
) -> tuple[list[frozenset[str]], list[frozenset[str]]]:
    """Return the heads over a number, and those over values of which nothing is said."""
    own, others = [], []
    for cell in row.cells:
        there = numbers_in(cell.text)
        if any(supports(known, said) for known in there):
            own.append(words(cell.head))
        elif there and not any(supports(known, one) for known in there for one in numbers):
            others.append(words(cell.head))
    return own, others


def _stubs(row: TableRow, table: Table) -> tuple[list[frozenset[str]], list[frozenset[str]]]:
    """Return what a row is, and what the others are."""
    own = words(OURS.sub(" ", row.stub)) or words(row.stub)  # "FlowIR (ours)" is FlowIR
    return [own], [words(other.stub) for other in table.rows if other.cells]


_ENGLISH = {
    "任务": "task", "阶段": "stage", "数据": "dataset", "模型": "model", "方法": "method",
    "层": "layer", "步": "step", "类": "class", "类别": "categor", "轮": "epoch", "模块": "module",
    "分支": "branch", "基准": "benchmark", "指标": "metric", "损失": "loss", "专家": "expert",
}  # fmt: skip


def _counts_otherwise(said: Number, text: str, passages: Sequence[Passage]) -> bool:
    """Whether the quotation counts the same things to another number: "six tasks" for seven."""
    things = _things(said, text)
    return any(
        known.value not in (1, said.value) and things & _things(known, plain(passage.text))
        for passage in passages
        for known in passage.numbers
    )


def _things(number: Number, text: str) -> set[str]:
    """Return the two words behind a number, in English: what it counts is one of them."""
    behind = re.match(r"[\s-]*([A-Za-z]+)?[\s-]*([A-Za-z]+)?", text[number.end : number.end + 40])
    found = {word.lower().rstrip("s") for word in behind.groups() if word} if behind else set()
    chinese = (text[number.end : number.end + 2], number.text[-1])
    return found | {_ENGLISH[word] for word in chinese if word in _ENGLISH}


def _is_derived(said: Number, stands: Sequence[Number], passages: Sequence[Passage]) -> bool:
    """Whether a number is the difference or ratio of two in the evidence or the statement."""
    there = [known for passage in passages for known in passage.numbers if not known.is_word]
    pool = {known.value: known for known in (*stands, *there) if not known.is_name}.values()
    return len(pool) <= _MOST_COMPARED and any(
        follows(said, first, second) for first, second in combinations(pool, 2)
    )
