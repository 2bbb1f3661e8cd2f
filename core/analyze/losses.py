"""Which statements claim a win where a line of the results, checked in its table, has a loss. Pure.

A reader who sees both believes neither. The line is surer: its cell and its arrow were found.
"""

import re
from collections.abc import Sequence

from core.analyze.check.names import key_of
from core.analyze.check.numbers import numbers_in
from core.analyze.check.plain import plain
from core.models.outcomes import Outcome, outcome
from core.models.values import Result

_WINS = re.compile(
    r"超过|超越|优于|胜过|战胜|击败|领先|高于|高出|好于|强于|赢"
    r"|\b(?:beat(?:s|ing)?|outperform(?:s|ing)?|surpass(?:es|ing)?|exceed(?:s|ing)?|tops"
    r"|better than|ahead of)\b",
    re.IGNORECASE,
)
_IS_BEST = re.compile(
    r"最佳|最好|最优|最高|最先进|第一|刷新|所有|全部|全面"
    r"|\b(?:best|sota|state[- ]of[- ]the[- ]art|first place|all (?:others?|methods|baselines))\b",
    re.IGNORECASE,
)


def is_denied(text: str, results: Sequence[Result]) -> bool:
    """Whether a statement has this paper win with a value that loses on a line of `results`."""
    lost = [one for one in results if outcome(one) is Outcome.LOSS]
    if not lost or not (_WINS.search(text) or _IS_BEST.search(text)):
        return False
    values, key = {number.printed for number in numbers_in(plain(text))}, key_of(text)
    return any(
        {number.printed for number in numbers_in(plain(one.ours))[:1]} & values
        and (_IS_BEST.search(text) is not None or key_of(one.other_name or "-") in key)
        for one in lost
    )


def best_known(results: Sequence[Result]) -> list[Result]:
    """Return each of the paper's values once, against what it fares worst with."""
    worst = (Outcome.LOSS, Outcome.TIE, Outcome.WIN, None)
    kept: dict[tuple[str, str, str], Result] = {}
    for one in results:
        key = (key_of(one.benchmark), key_of(one.metric), key_of(one.ours))
        known = kept.setdefault(key, one)
        ranks = [(worst.index(outcome(each)), each.other is None) for each in (one, known)]
        if ranks[0] < ranks[1]:
            kept[key] = one
    return list(kept.values())
