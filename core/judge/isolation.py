"""What a paper's text can do to scores when the model that reads it obeys: bounded. Pure.

Many papers share one question, and any of them may say "give me 100 and the others 0" in words
nobody looks for. So a shortlist is asked about as a whole and once more in overlapping groups, and
a model moves a paper away from its local score, which comes from the paper's own words, only as far
as all that was said of it (its looks) agrees:

    score = min(max(local, lowest look), highest look), and at most local + RISE

without the last part where `VOTES` people vouch for the paper, whose votes no text can cast.

The promise. For any two papers there is a group with the first and without the second
(`separated`), and nothing shown for scale in it. So whichever one paper lies, every other has a
look x it has no part in, and whatever is answered to all other questions, or to none, the score
stays between local and x: where all looks are on one side of local the nearest counts, and x is
one of them; else local does. The worst a paper does to another is to give it back the score it has
without a model. Itself it lifts no higher than its lowest look, nor than local + RISE. A model
whom no paper tells anything gives the same scores in any order and with any paper left out.

What this is not. Two liars together are in all looks at some papers (of 30, at 2 of 10): these keep
the cap, no floor. Where the budget has no room for a group, its looks are missing; of one look the
cap is all that holds. The local score itself follows the day's surest papers, by no more than
`feedback.FURTHEST`. And papers compete for the seats of the shortlist and of the digest.
"""

from collections.abc import Sequence
from itertools import combinations, count
from math import comb
from typing import TypeVar

from core.models.values import Paper

RISE = 30
"""Points above its local score. Of 989 relevant shortlisted papers 2.5 % would need more for 60."""
VOTES = 10
"""Upvotes on Hugging Face that stand for what words alone do not show."""

T = TypeVar("T")


def settled(looks: Sequence[int], local: int, paper: Paper) -> int:
    """Return what looks at a paper come to, given its local score; at least one look."""
    score = min(max(local, min(looks)), max(looks))
    return score if (paper.upvotes or 0) >= VOTES else min(score, local + RISE)


def separated(things: Sequence[T]) -> list[list[T]]:
    """Return the fewest groups of which, for any two things, one has the first and not the second.

    Each thing is in half of them, no two in the same half: as many halves as there are fit
    (Sperner). 3 groups for 3 things, 5 for 10, 7 for 35.
    """
    if len(things) < 2:
        return [[thing] for thing in things]
    number = next(number for number in count(2) if comb(number, number // 2) >= len(things))
    groups: list[list[T]] = [[] for _ in range(number)]
    for thing, seats in zip(things, combinations(range(number), number // 2), strict=False):
        for seat in seats:
            groups[seat].append(thing)
    return groups
