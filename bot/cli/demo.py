"""`paperboy demo`: the bot in your browser, on bundled real days, through the production code.

Only the transport is replaced: loopback servers answer for Hugging Face, arXiv and Telegram. Keys
are ignored, the clock stands at the bundled days, and the database is a temporary one. `--once`
prints the digest of the last bundled day instead.
"""

import asyncio
import errno
import tempfile
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.app.core import Ends, build_core
from bot.cli.digest import make_digest
from bot.cli.digest_summary import DigestSummary, show
from bot.cli.files import prepare_folder
from bot.cli.running import settled
from bot.daily.editions import ReleaseTime
from bot.demo.offline import NO_COURTESY, offline
from bot.demo.replay import FIRST_READ, LAST_DAY, THE_EVENING_BEFORE, load_days, serve_days
from bot.settings import Settings
from core.locale import Sentence
from core.models.errors import UsageError
from core.models.values import Note, NoteKind

OPEN = Sentence("demo.open")
NEXT = Sentence("demo.next")


def run(*, once: bool, port: int, out: Path | None) -> None:
    settings = settled()
    if not once:
        asyncio.run(_play(settings, port))
        return
    folder = prepare_folder(out or settings.data_dir / "demo")
    console = Console()
    show(asyncio.run(build_demo(settings, folder)), console)
    console.print(Text(NEXT(settings.digest_language), style="dim"))


async def _play(settings: Settings, port: int) -> None:
    """Serve the chat page until told to stop."""
    from bot.demo.playground import playing  # and so Telegram, which a digest needs nothing of
    from bot.process.serve import stop_on_signals

    stop = asyncio.Event()
    forget = stop_on_signals(stop)
    try:
        async with playing(settings, port=port, stop=stop) as playground:
            words = OPEN(settings.digest_language, url=playground.url)
            Console().print(Text(words), soft_wrap=True)
            await stop.wait()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise UsageError(f"port {port} is in use; try: paperboy demo --port {port + 1}") from None
    finally:
        forget()


async def build_demo(settings: Settings, folder: Path) -> DigestSummary:
    """Build the last bundled day's digest into `folder`, as the playground has it that morning.

    The day before comes first, as there: what a day's count and choice are depends on it.
    """
    press = ReleaseTime(settings.digest_time, settings.digest_timezone).time_of(LAST_DAY)
    clock = [THE_EVENING_BEFORE]
    with tempfile.TemporaryDirectory(prefix="paperboy-demo-") as scratch:
        async with (
            serve_days(load_days(), lambda: clock[0]) as url,
            build_core(
                offline(settings, url, Path(scratch) / "demo.db"),
                Ends(now=lambda: clock[0], arxiv_interval=NO_COURTESY, first_day=FIRST_READ),
            ) as core,
        ):
            await core.builder.build(LAST_DAY - timedelta(days=1), core.spec)
            clock[0] = max(press, THE_EVENING_BEFORE)
            notes = (Note(kind=NoteKind.BUNDLED),)
            return await make_digest(core, LAST_DAY, folder, extra_notes=notes)
