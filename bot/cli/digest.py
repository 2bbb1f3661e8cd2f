"""`paperboy digest`: a day's digest as Markdown and JSON, and a summary on the terminal."""

import time
from collections.abc import Sequence
from datetime import date as Day
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console

from bot.app.core import Core
from bot.cli.digest_summary import DigestSummary, show
from bot.cli.files import is_written, prepare_folder, write_report
from bot.cli.progress import watching
from bot.cli.running import parse_day, settled, with_core
from core.llm import CallContext
from core.models.values import Edition, Note

PATIENCE = timedelta(minutes=5)
"""With sources and models; a free key's minutes are waited out several times in that."""


def run(*, date: str | None, out: Path | None, force: bool) -> None:
    settings = settled()
    folder = out or settings.data_dir / "digests"

    async def work(core: Core) -> DigestSummary:
        day = parse_day(date, now=core.now(), zone=settings.digest_timezone)
        return await make_digest(core, day, prepare_folder(folder), force=force)

    show(with_core(settings, work), Console())


async def make_digest(
    core: Core,
    day: Day,
    folder: Path,
    *,
    force: bool = False,
    extra_notes: Sequence[Note] = (),
) -> DigestSummary:
    """Build the day's edition, write it to `folder`, and say what it took."""
    started, clock = core.now(), time.monotonic()
    reused = not force and await core.store.digests.get(day, core.spec.audience) is not None
    with watching(core.settings.digest_language, core.now) as watcher:
        context = CallContext(on_wait=watcher.on_wait, until=core.now() + PATIENCE)
        edition = await core.builder.build(
            day,
            core.spec,
            force=force,
            extra_notes=extra_notes,
            progress=watcher,
            context=context,
        )
        path = write_report(edition, folder)  # before older days may have to wait
        mended = await core.builder.complete(context)
    mended = [other for other in mended if other.digest.audience == core.spec.audience]
    for other in mended:
        if is_written(other, folder):
            write_report(other, folder)
    calls = await core.store.calls.summary(started)
    costs = [call.cost_usd for call in calls]
    return DigestSummary(
        edition=edition,
        path=path,
        elapsed=timedelta(seconds=time.monotonic() - clock),
        calls=sum(call.calls for call in calls),
        cost_usd=None if None in costs else sum(cost for cost in costs if cost),
        reused=reused,
        next_try=await _next_try(core, edition),
        mended=[other.digest.day for other in mended],
        alerts=await core.alerts.sentences(),
    )


async def _next_try(core: Core, edition: Edition) -> datetime | None:
    digest = edition.digest
    rows = await core.store.pending_analyses.of(digest.day, digest.audience)
    due = [row.due_at for row in rows if row.paper_id in edition.waiting]
    return min(due).astimezone(core.settings.digest_timezone) if due else None
