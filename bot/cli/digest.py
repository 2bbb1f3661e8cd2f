"""`paperboy digest`: a day's digest as Markdown and JSON, and a summary on the terminal."""

import time
from collections.abc import Sequence
from datetime import date as Day
from datetime import timedelta
from pathlib import Path

from rich.console import Console

from bot.app import Services
from bot.cli.days import parse_day
from bot.cli.files import prepare_folder, write_report
from bot.cli.running import settled, with_services
from bot.cli.screen import Outcome, show, watching
from core.models import Note


def run(*, date: str | None, out: Path | None, force: bool) -> None:
    """Run the command."""
    settings = settled()
    folder = out or settings.data_dir / "digests"

    async def work(services: Services) -> Outcome:
        day = parse_day(date, now=services.now(), zone=settings.digest_timezone)
        return await make_digest(services, day, prepare_folder(folder), force=force)

    show(with_services(settings, work), Console())


async def make_digest(
    services: Services,
    day: Day,
    folder: Path,
    *,
    force: bool = False,
    extra_notes: Sequence[Note] = (),
) -> Outcome:
    """Build the day's edition, write it to `folder`, and say what it took."""
    started, clock = services.now(), time.monotonic()
    reused = not force and await services.store.digests.get(day, services.wish.audience) is not None
    with watching(services.settings.digest_language) as progress:
        edition = await services.builder.build(
            day, services.wish, force=force, extra_notes=extra_notes, progress=progress
        )
    path = write_report(edition, folder)
    calls = await services.store.calls.summary(started)
    costs = [call.cost_usd for call in calls]
    return Outcome(
        edition=edition,
        path=path,
        elapsed=timedelta(seconds=time.monotonic() - clock),
        calls=sum(call.calls for call in calls),
        cost_usd=None if None in costs else sum(cost for cost in costs if cost),
        reused=reused,
    )
