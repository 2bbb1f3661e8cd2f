"""All sources at once; one that is down, off or slow costs the others nothing.

A failure is a value here (`SourceReport.error`), because the digest goes on without that source
and says so. Only `SourceError` is treated so: anything else is a bug and ends the run, as an
`ExceptionGroup`, after the other sources were cancelled.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.errors import SourceError, SourceOff
from core.fetch import Listing, Source

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SourceReport:
    """What came of asking one source: a listing, or the error in its place."""

    source: str
    listing: Listing | None
    error: SourceError | None
    latency: timedelta


async def fetch_all(
    requests: Sequence[tuple[Source, Sequence[date]]],
    *,
    timeout: timedelta,  # noqa: ASYNC109  each source's own, and it must not cancel the others
    clock: Callable[[], float],
    arrived: Callable[[SourceReport], None] | None = None,
) -> tuple[SourceReport, ...]:
    """Ask every source for its days, all at the same time; reports come in the order given.

    `arrived` hears of each report as it comes, for a progress bar.
    """

    async def ask(source: Source, days: Sequence[date]) -> SourceReport:
        report = await _fetch(source, days, timeout, clock)
        if arrived is not None:
            arrived(report)
        return report

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(ask(source, days)) for source, days in requests]
    return tuple(task.result() for task in tasks)


async def _fetch(
    source: Source, days: Sequence[date], patience: timedelta, clock: Callable[[], float]
) -> SourceReport:
    start = clock()
    listing: Listing | None = None
    error: SourceError | None = None
    try:
        listing = await _in_time(source, days, patience)
    except SourceError as failure:
        error = failure
        ordinary = isinstance(failure, SourceOff)
        logger.log(logging.INFO if ordinary else logging.WARNING, "%s", failure)
    return SourceReport(source.name, listing, error, timedelta(seconds=clock() - start))


async def _in_time(source: Source, days: Sequence[date], patience: timedelta) -> Listing:
    try:
        async with asyncio.timeout(patience.total_seconds()) as scope:
            return await source.fetch(days)
    except TimeoutError as error:
        if not scope.expired():
            raise  # not ours: a bug in the source
        seconds = f"{patience.total_seconds():g}"
        raise SourceError(source.name, f"did not answer within {seconds} s") from error
