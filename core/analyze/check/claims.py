"""A statement taken apart: its numbers with what they are said of, its names, its words.

A name that is part of a quantity ("learning rate", "PSNR") is no name the paper must have, unless
it has a digit ("Recall@10").
"""

import re
from collections.abc import Sequence

from core.analyze.check.bindings import bind
from core.analyze.check.names import COMMON, Familiar, keys_in, names_in, quantities_in
from core.analyze.check.numbers import Number
from core.analyze.check.source import Unit
from core.analyze.check.support import supports

_FILLERS = frozenset({
    "the", "a", "an", "and", "or", "of", "to", "in", "on", "for", "with", "by", "from", "as",
    "is", "are", "was", "were", "be", "been", "this", "that", "these", "those", "it", "its",
    "we", "our", "they", "their", "which", "who", "what", "when", "where", "how", "can", "may",
    "not", "no", "than", "then", "so", "such", "more", "most", "also", "using", "used", "use",
    "based", "method", "methods", "model", "models", "paper", "authors", "results", "result",
    "show", "shows", "propose", "proposes", "proposed", "achieve", "achieves", "work",
})  # fmt: skip


class Claim:
    """A statement taken apart."""

    def __init__(self, text: str, familiar: Familiar) -> None:
        self.text = text
        self.numbers = [bound for bound in bind(text, familiar) if not bound.number.is_word]
        units = [(bound.number.start, bound.number.end) for bound in self.numbers]
        taken = [(q.start, q.end) for q in quantities_in(text)]
        self.names = [
            name
            for name in names_in(text, familiar)
            if not any(start <= name.start and name.end <= end for start, end in units)
            and (
                re.search(r"\d", name.text)  # "Recall@10" is a quantity, and a name as well
                or not any(start < name.end and name.start < end for start, end in taken)
            )
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
