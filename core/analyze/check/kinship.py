"""Whether two numbers may be of one thing: their quantities, whose they are, how far apart.

Nothing here says yes. Two numbers are told apart where the words around them say that they differ;
where the words say nothing, they may be the same.
"""

from core.analyze.check.bindings import Bound
from core.analyze.check.names import OURS
from core.analyze.check.numbers import PERCENT, TIMES, Number
from core.analyze.check.source import Unit
from core.analyze.check.support import supports

_ALIKE = (
    {"iteration", "step"},
    {"layer", "block"},
    {"image", "sample", "pair", "question"},
    {"video", "frame", "sample"},
    {"model", "parameters", "layer", "block"},
    {"dimension", "channel", "token"},
    {"dimension", "resolution", "patch"},
    {"category", "task", "dataset", "scene", "sample"},
    {"ACCURACY", "PRECISION"},
    {"ACCURACY", "RECALL"},
    {"ACCURACY", "WINRATE"},
    {"MAP", "ACCURACY", "PRECISION"},
    {"ACCURACY", "TOP1"},
    {"ACCURACY", "TOP3"},
    {"ACCURACY", "TOP5"},
    {"SENSITIVITY", "RECALL"},
    {"SPEEDUP", "LATENCY"},
    {"SPEEDUP", "THROUGHPUT"},
    {"lambda", "rate", "guidance"},
    {"ratio", "lambda"},
    {"ERROR", "RMSE"},
    {"point", "model"},
    {"window", "patch", "kernel"},
)
_VAGUE = frozenset({"model", "dataset", "task", "sigma"})


def loose(kinds: frozenset[str]) -> frozenset[str]:
    """Return kinds with those the languages do not tell apart."""
    return kinds.union(*(group for group in _ALIKE if group & kinds))


def contradict(said: frozenset[str], known: frozenset[str]) -> bool:
    """Whether two numbers are of different quantities."""
    said, known = said - _VAGUE, known - _VAGUE
    return bool(said and known and not (said & loose(known)))


def is_rival_alike(said: frozenset[str], known: frozenset[str]) -> bool:
    """Whether two distances may be from one thing: "RL 高 23%" is not 23 % over SFT."""
    is_told = said and known and OURS not in said | known
    return not is_told or bool(said & known)


def is_compared_with(name: str, known: Bound, unit: Unit) -> bool:
    """Whether `name` is only there for comparison: "81.92, surpassing GPT-4o" is not GPT-4o's."""
    if name in known.names:
        return False
    return name in known.rivals or (bool(known.names) and name in unit.rivals)


def is_anothers(name: str, said: Number, known: Bound, unit: Unit) -> bool:
    """Whether, where `known` stands, `name` has another number of the same kind."""
    if name in known.names:
        return False
    if unit.table is not None:
        if name != OURS:
            return name in unit.table.others
        return OURS in unit.table.named and unit.row >= unit.table.heads
    return any(
        other is not known
        and name in other.names
        and other.number.unit == known.number.unit
        and not supports(other.number, said)
        and not contradict(known.kinds, other.kinds)
        for other in unit.numbers
    )


def is_difference(said: Number, first: Number, second: Number) -> bool:
    """Whether `said` is how far two numbers of one kind are apart, printed as finely."""
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
        low, high = sorted((abs(first.value), abs(second.value)))
        return abs(high / low - abs(said.value)) <= tolerance
    return False
