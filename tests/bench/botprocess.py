"""`paperboy run` as a child process on a database that holds today's digest, for benches."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from bot.app.core import build_core
from bot.settings import Settings
from core.llm.prompts import load_prompts
from core.models.values import Analysis, AnalysisKind, Point, TextSource
from core.store import ReadingKey
from tests.bot.commands.conftest import OTHERS, PICKS, digest, papers
from tests.servers.telegram_process import TOKEN

ROOT = Path(__file__).parents[2]
KEY = "AIza-of-a-bench-that-asks-nobody-0123456789"
NOBODY = "http://127.0.0.1:9"
"""Nothing listens there: a cached answer asks nobody."""


def settings(database: Path, telegram: str) -> Settings:
    """Return the bot's settings."""
    return Settings(_env_file=None).model_copy(
        update={
            "telegram_bot_token": SecretStr(TOKEN),
            "telegram_api_url": telegram,
            "telegram_rate": 1000,
            "gemini_api_key": SecretStr(KEY),
            "google_gemini_base_url": NOBODY,
            "hf_endpoint": NOBODY,
            "arxiv_endpoint": NOBODY,
            "database_url": f"sqlite:///{database}",
        }
    )


def environment(chosen: Settings) -> dict[str, str]:
    """Return them as environment variables."""
    kept = {k: v for k, v in os.environ.items() if k.lower() not in Settings.model_fields}
    names = (
        "telegram_bot_token", "telegram_api_url", "telegram_rate", "gemini_api_key",
        "google_gemini_base_url", "hf_endpoint", "arxiv_endpoint", "database_url",
    )  # fmt: skip
    values = {name: getattr(chosen, name) for name in names}
    return kept | {
        name.upper(): v.get_secret_value() if isinstance(v, SecretStr) else str(v)
        for name, v in values.items()
    }


async def fill(chosen: Settings) -> None:
    """Put today's digest and its readings into the database."""
    async with build_core(chosen) as services:
        store, now = services.store, datetime.now(UTC)
        day = now.astimezone(chosen.digest_timezone).date()
        await store.papers.put(papers().values())
        shown = [*PICKS, *OTHERS]
        await store.digests.put_first(digest(day, focus=services.focus), shown=shown)
        version = _reader_version()
        for paper_id in shown:
            reading, paper = _reading(paper_id, chosen, now), papers()[paper_id]
            key = (paper_id, paper.version, services.focus.text, version, reading.language)
            await store.analyses.put(reading, ReadingKey(*key))


def _reader_version() -> str:
    from importlib.resources import files

    from core.analyze.model_reader import Reading

    return load_prompts(files("prompts"))["read"].version(Reading)


def _reading(paper_id: str, chosen: Settings, now: datetime) -> Analysis:
    points = tuple(
        Point(text=f"第 {n} 条说明，讲清楚一个想法和它的证据，长度与真的相仿。" * 3, where=f"§{n}")
        for n in range(1, 4)
    )
    return Analysis(
        paper_id=paper_id,
        version=None,
        kind=AnalysisKind.LLM,
        language="zh",
        text_source=TextSource.ARXIV_HTML,
        contribution=points,
        methodology=points,
        takeaway=points,
        limitations=points,
        model=chosen.gemini_analyze_models[0],
        created_at=now,
    )


@asynccontextmanager
async def running(chosen: Settings, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the bot until the end of the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run",
        cwd=folder,
        env=environment(chosen) | {"PYTHONPATH": str(ROOT), "LOG_LEVEL": "WARNING"},
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
