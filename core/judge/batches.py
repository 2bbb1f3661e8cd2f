"""A list in as few questions as limits allow, evenly filled; order is kept.

Filling each batch up and leaving the rest to the last one makes the first answers the slowest and
the likeliest to be cut off. 200 papers at 64 a call are four calls of 50, not three of 64 and one
of 8.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import TypeVar

OUTPUT_PER_ITEM = 160
"""Output tokens of one paper's score, by our estimate.

A Chinese reason of 80 characters, the most the prompt allows, makes an item of 139 tokens, or 154
when the model indents its JSON; an ordinary one of 50 to 60 characters has 70 to 85. So an answer
with every reason at its longest still fits, and an ordinary one is half of its room.
"""

T = TypeVar("T")


def items_per_answer(max_output_tokens: int, thinking_budget: int | None) -> int:
    """Return how many scores fit an answer; at least one. Thoughts count as output."""
    return max(1, (max_output_tokens - (thinking_budget or 0)) // OUTPUT_PER_ITEM)


def batches(
    things: Sequence[T], sizes: Sequence[int], *, max_size: int, max_items: int
) -> list[Sequence[T]]:
    """Return `things` in the fewest contiguous runs within both limits, as even as order allows.

    `sizes` are theirs, none negative. The limit that asks for so many runs is evened first: by
    items unless it is the sizes. One thing larger than `max_size` goes alone.
    """
    count = _fewest(sizes, max_size=max_size, max_items=max_items)
    by_items = count <= -(-len(things) // max_items)
    cuts = _even_cuts(sizes, count, max_size=max_size, max_items=max_items, by_items=by_items)
    return [things[start:end] for start, end in pairwise((0, *cuts))]


def halves(things: Sequence[T]) -> list[Sequence[T]]:
    middle = len(things) // 2
    return [things[:middle], things[middle:]] if middle else []


def _fewest(sizes: Sequence[int], *, max_size: int, max_items: int) -> int:
    """Count the runs when each is filled up: a part of what fits fits, so it cannot be fewer."""
    count, items, total = 0, max_items, 0
    for size in sizes:
        if items >= max_items or total + size > max_size:
            count, items, total = count + 1, 0, 0
        items, total = items + 1, total + size
    return count


_Cost = tuple[int, int]


def _even_cuts(
    sizes: Sequence[int], count: int, *, max_size: int, max_items: int, by_items: bool
) -> tuple[int, ...]:
    """Return where each of `count` runs ends, so that the sum of their squares is the smallest.

    Run by run, the cheapest way to every place a run may end at. Squares of sizes decide between
    equal squares of items, or the other way round.
    """
    sums = list(accumulate(sizes, initial=0))
    reached: dict[int, tuple[_Cost, tuple[int, ...]]] = {0: ((0, 0), ())}
    for _ in range(count):
        further: dict[int, tuple[_Cost, tuple[int, ...]]] = {}
        for start, (cost, cuts) in reached.items():
            for end in range(start + 1, min(len(sizes), start + max_items) + 1):
                items, total = end - start, sums[end] - sums[start]
                if total > max_size and items > 1:
                    break
                first, second = (items, total) if by_items else (total, items)
                way = ((cost[0] + first**2, cost[1] + second**2), (*cuts, end))
                if end not in further or way < further[end]:
                    further[end] = way
        reached = further
    return reached[len(sizes)][1]
