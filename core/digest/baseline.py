"""What the last month's papers usually score for a focus: worked out once a day, from a sample."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from core.models.values import Focus, LocalScore, Paper
from core.store.papers.papers import Papers

MONTH = timedelta(days=30)
SAMPLE = 1_500
"""Papers that stand for a month's ten thousand: the top 1 % is still fifteen of them."""


class Usual:
    """Local scores of a month, by focus."""

    def __init__(
        self, papers: Papers, rank: Callable[[Sequence[Paper], Focus], list[LocalScore]]
    ) -> None:
        self._papers = papers
        self._rank = rank
        self._day: date | None = None
        self._known: dict[str, tuple[int, ...]] = {}

    async def scores(self, focus: Focus, day: date) -> tuple[int, ...]:
        """Return what papers announced in the month up to `day` score."""
        if day != self._day:
            self._day, self._known = day, {}
        if focus.text not in self._known:
            papers = await self._papers.sample(day - MONTH, day, most=SAMPLE)
            # In a thread: it takes a good part of a second, and others are waiting.
            ranking = await asyncio.to_thread(self._rank, papers, focus)
            self._known[focus.text] = tuple(local.score for local in ranking)
        return self._known[focus.text]
