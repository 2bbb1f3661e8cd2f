"""Yesterday's list under today's date is no list of today. Pure.

A day whose list repeats what the same source announced before is not read but young: it is asked
for again later, and nobody is told that nothing was announced. What a paper's other sources said
of it does not count: that arXiv announced it yesterday is no reason why Hugging Face should not
list it today.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from core.fetch import Listing
from core.models.values import Paper


def without_repeats(listing: Listing, source: str, known: Mapping[str, Paper]) -> Listing:
    """Return `listing` without the days that mostly repeat earlier ones; `known`: by id."""
    repeats = {day for day in listing.read if _is_repeat(day, listing.papers, source, known)}
    if not repeats:
        return listing
    young = (*listing.young, *sorted(repeats))
    return replace(
        listing,
        papers=tuple(paper for paper in listing.papers if paper.listed not in repeats),
        read=tuple(day for day in listing.read if day not in repeats),
        young=young,
        next_list=min(young),
    )


def _is_repeat(day: date, papers: Sequence[Paper], source: str, known: Mapping[str, Paper]) -> bool:
    earlier = {paper.id for paper in papers if paper.listed and paper.listed < day}
    ids = {paper.id for paper in papers if paper.listed == day}
    old = {id_ for id_ in ids if id_ in earlier or _is_older(known.get(id_), day, source)}
    shared = {id_ for id_ in ids - old if (paper := known.get(id_)) and len(paper.sources) > 1}
    return len(old) > len(ids - old - shared)


def _is_older(paper: Paper | None, day: date, source: str) -> bool:
    """Whether this source, and no other, is known to have announced a paper before `day`."""
    return paper is not None and bool(
        paper.sources == (source,) and paper.listed and paper.listed < day
    )
