"""`paperboy demo`: the digest of a bundled real day, through the production code.

Only the transport is replaced: a loopback server answers for Hugging Face and arXiv. Keys are
ignored, the clock stands at the bundled day, and the database is a temporary one.
"""

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.app import open_services
from bot.cli.digest import make_digest
from bot.cli.files import prepare_folder
from bot.cli.running import settled
from bot.cli.screen import Outcome, show
from bot.demo.replay import LAST_DAY, MORNING_AFTER_THE_FEED, load_days, serve_days
from bot.settings import Settings
from core.models import Language, Note, NoteKind

NEXT: dict[Language, str] = {
    "zh": "下一步：paperboy digest 生成今天的日报；填上 GEMINI_API_KEY 后由模型评分并精读全文。",
    "en": "Next: `paperboy digest` builds today's; with GEMINI_API_KEY a model scores and reads.",
}


def run(*, once: bool, out: Path | None) -> None:
    """Run the command. `once` is how it works anyway until there is a chat page to stay for."""
    settings = settled()
    folder = prepare_folder(out or settings.data_dir / "demo")
    console = Console()
    show(asyncio.run(build_demo(settings, folder)), console)
    console.print(Text(NEXT[settings.digest_language], style="dim"))


async def build_demo(settings: Settings, folder: Path) -> Outcome:
    """Build the bundled day's digest into `folder`."""
    with tempfile.TemporaryDirectory(prefix="paperboy-demo-") as scratch:
        async with serve_days(load_days()) as url:
            offline = settings.model_copy(
                update={
                    "gemini_api_key": None,
                    "sources": ("huggingface", "arxiv"),
                    "hf_endpoint": f"{url}/hf",
                    "arxiv_endpoint": f"{url}/arxiv",
                    "arxiv_categories": ("cs.CV",),
                    "database_url": f"sqlite:///{scratch}/demo.db",
                }
            )
            async with open_services(
                offline,
                now=lambda: MORNING_AFTER_THE_FEED,
                arxiv_interval=timedelta(0),  # the courtesy is owed to arXiv, not to ourselves
            ) as services:
                notes = (Note(kind=NoteKind.BUNDLED),)
                return await make_digest(services, LAST_DAY, folder, extra_notes=notes)
