"""All sources at once; one that is down, off or slow costs the others nothing.

A failure is a value here (`SourceReport.error`), because the digest goes on without that source
and says so. Only `SourceError` is treated so: anything else is a bug and ends the run, as an
`ExceptionGroup`, after the other sources were cancelled.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.fetch import Listing, Source
from core.fetch.deadline import is_done_in_time
from core.models.errors import SourceError, SourceOff, SourceTimedOut

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
    timeout: Callable[[Source], timedelta],  # noqa: ASYNC109
    clock: Callable[[], float],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    arrived: Callable[[SourceReport], None] | None = None,
) -> tuple[SourceReport, ...]:
    """Ask every source for its days, all at the same time; reports come in the order given.

    `arrived` hears of each report as it comes, for a progress bar; `sleep` measures `timeout`,
    which is each source's own and does not cancel the others.
    """

    async def ask(source: Source, days: Sequence[date]) -> SourceReport:
        start = clock()
        listing, error = await _fetch(source, days, timeout(source), sleep)
        report = SourceReport(source.name, listing, error, timedelta(seconds=clock() - start))
        if arrived is not None:
            arrived(report)
        return report

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(ask(source, days)) for source, days in requests]
    return tuple(task.result() for task in tasks)


async def _fetch(
    source: Source,
    days: Sequence[date],
    patience: timedelta,
    sleep: Callable[[float], Awaitable[None]],
) -> tuple[Listing | None, SourceError | None]:
    try:
        return await _in_time(source, days, patience, sleep), None
    except SourceError as failure:
        ordinary = isinstance(failure, SourceOff)
        logger.log(logging.INFO if ordinary else logging.WARNING, "%s", failure)
        return None, failure


async def _in_time(
    source: Source,
    days: Sequence[date],
    patience: timedelta,
    sleep: Callable[[float], Awaitable[None]],
) -> Listing:
    seconds = patience.total_seconds()
    fetching = asyncio.create_task(source.fetch(days))
    try:
        if await is_done_in_time(fetching, seconds, sleep):
            return fetching.result()
    finally:
        if not fetching.done():
            fetching.cancel()
            await asyncio.wait({fetching})  # its connections are closed before we go on
    raise SourceTimedOut(source.name, f"did not answer within {seconds:g} s")
