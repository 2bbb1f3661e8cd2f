"""When a number of the paper bears out one that is said of it.

A rounded number is supported by the exact one, never the other way round.
"""

from collections.abc import Iterator
from typing import Final

from core.analyze.check.numbers import (
    BYTES,
    METRES,
    OPERATIONS,
    PERCENT,
    SECONDS,
    TIMES,
    Number,
)


def supports(known: Number, said: Number) -> bool:
    """Whether a number of the paper bears out one that is said of it; signs do not count.

    Equal, or rounded to no fewer than two digits; rounded further only where it is said to be
    about. A ratio and a percentage may stand for each other.
    """
    return any(_agrees(value, step, said) for value, step in _readings(known, said))


def near(said: Number) -> Iterator[tuple[float, float]]:
    """Yield between what the values lie that may bear a number out: all others cannot."""
    target, reach = abs(said.value), said.step / 2
    low, high = (target - reach) * (1 - _ROOM) - _ROOM, (target + reach) * (1 + _ROOM) + _ROOM
    yield low, high
    if said.unit == PERCENT:
        yield low / 100, high / 100  # 0.317 for 31.7 %
        yield 0.5, 0.5  # "half"
    if not said.unit:
        yield 100 * low, 100 * high


_ROOM: Final = 1e-8
"""More than what two equal values may differ by (`_agrees`)."""
ROUGHLY: Final = 0.15
"""How far off "about" may be: "about 2x" for 1.8x, but not "<100" for 79."""
_NAMED_ALWAYS = frozenset({SECONDS, BYTES, METRES, OPERATIONS})


def _readings(known: Number, said: Number) -> Iterator[tuple[float, float]]:
    """Yield what `known` is worth in the unit of `said`."""
    is_bare = not said.unit and known.unit in _NAMED_ALWAYS  # "12 ms" does not bear out "12"
    if (
        known.unit == said.unit
        or not known.unit
        or not (said.unit or is_bare)
        or (is_bare and said.has_magnitude)
    ):
        yield abs(known.value), known.step
    if said.unit == PERCENT and known.unit == "" and 0 < abs(known.value) <= 1:
        yield 100 * abs(known.value), 100 * known.step
    if known.unit == PERCENT and said.unit == "" and 0 < abs(said.value) <= 1:
        yield abs(known.value) / 100, known.step / 100
    if known.unit == TIMES and known.is_word and known.value == 0.5 and said.unit == PERCENT:
        yield 50.0, 1.0


def _agrees(value: float, step: float, said: Number) -> bool:
    target = abs(said.value)
    close = 1e-9 * max(1.0, value)
    if abs(value - target) <= close:
        return True
    if said.step <= step * (1 + 1e-9):
        return False  # more digits than the paper prints
    if abs(value - target) > said.step / 2 + close:
        return False
    return target / said.step >= 9.5 or (said.is_about and abs(value - target) <= ROUGHLY * value)
