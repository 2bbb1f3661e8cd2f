"""How fast a digest could be at best under a free key's quotas. Knows nothing of the planner."""

from collections.abc import Sequence

from tests.servers.quotas import Quotas

MINUTE = 60.0
UNLIMITED = 10**12


def bound(
    scoring: Sequence[int],
    reading: Sequence[int],
    quotas: Quotas,
    *,
    scoring_latency: float,
    reading_latency: float,
) -> float:
    """Return the least seconds in which calls of these input tokens can all be answered.

    Why nothing can be faster, whoever plans. Count time from the first start, and cut it into
    minutes: any minute holds at most `rpm` starts and `tpm` tokens.

    - So the k-th start (k = 0, 1, ...) cannot come before minute floor(k / rpm), and all tokens
      together need ceil(tokens / tpm) minutes. Calls cannot be divided, either: when even the
      n + 1 smallest have more than `tpm`, a minute holds at most n of them.
    - No reading can start before the last score is there: until then nobody knows what to read.
      Readings alone therefore need their minutes after the last scoring call and its latency.
    - Nor can minutes be filled from both sides. If the first reading starts in minute b, all
      scoring has started by then; b minutes take b times `rpm` of it, and what is left stands in
      minute b beside the readings and takes its room. Every later minute holds readings only.
      Whichever b is best, the last reading's minute follows.
    - The last call to start still has to be answered, and takes its latency.

    What the day allows is not in it: calls that are left for tomorrow must not be passed, nor
    calls with more tokens than a minute has.
    """
    limits = Quotas(quotas.rpm or UNLIMITED, quotas.tpm or UNLIMITED)
    scored = MINUTE * _minutes(scoring, limits) + scoring_latency if scoring else 0.0
    if not reading:
        return scored
    last_start = max(
        scored + MINUTE * _minutes(reading, limits),
        MINUTE * _minutes([*scoring, *reading], limits),
        MINUTE * _minutes_of_both(scoring, reading, limits),
    )
    return last_start + reading_latency


def _minutes(sizes: Sequence[int], limits: Quotas) -> int:
    """Return the least full minutes between the first start and the last."""
    by_requests = (len(sizes) - 1) // limits.rpm
    by_tokens = -(-sum(sizes) // limits.tpm) - 1
    by_calls = (len(sizes) - 1) // max(1, _fitting(sizes, limits.tpm))
    return max(by_requests, by_tokens, by_calls)


def _minutes_of_both(scoring: Sequence[int], reading: Sequence[int], limits: Quotas) -> int:
    """Return the least number of the minute in which the last reading starts."""
    most = max(1, min(limits.rpm, _fitting(reading, limits.tpm)))
    first = max(0, -(-len(scoring) // limits.rpm) - 1)
    # Two are enough to look at: in the second nothing is left beside the readings.
    return min(
        minute + -(-max(0, len(reading) - _beside(scoring, reading, minute, limits)) // most)
        for minute in (first, first + 1)
    )


def _beside(scoring: Sequence[int], reading: Sequence[int], minute: int, limits: Quotas) -> int:
    """Return how many readings fit into the first minute that has any."""
    left = sorted(scoring)[: max(0, len(scoring) - minute * limits.rpm)]
    return min(limits.rpm - len(left), _fitting(reading, limits.tpm - sum(left)))


def _fitting(sizes: Sequence[int], tokens: int) -> int:
    """Return how many of the smallest fit into so many tokens."""
    number = 0
    for size in sorted(sizes):
        tokens -= size
        if tokens < 0:
            break
        number += 1
    return number
