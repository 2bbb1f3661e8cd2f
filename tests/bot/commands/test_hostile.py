"""A text made to keep a machine busy is worked on by another process, and others are answered."""

import pickle
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

import core.sandbox.workers
from core.models.errors import WorkTooSlow
from core.sandbox.offload import SMALL
from tests.aside import without_a_process
from tests.bot.commands.conftest import CHEN, DAYS, PICKS, opened, publish
from tests.bot.conftest import Telegram
from tests.servers.papers import Services, page

BARS = "| a |" * 30_000


def full_of(sources: Services, text: str) -> None:
    """Let arXiv serve a paper with a text of its own."""
    known = next(record for _, record in DAYS.announced() if record["id"] == PICKS[0])
    filled = f'<p class="ltx_p">{text}</p>'

    async def answer(_: web.Request) -> web.Response:
        whole = page(known["title"], known["abstract"], filled)
        return web.Response(text=whole, content_type="text/html")

    sources.faults["/arxiv/html"] = answer


async def test_a_heavy_text_is_worked_on_elsewhere_while_others_are_answered(
    telegram: Telegram, tmp_path: Path, sources: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    here: list[int] = []
    elsewhere: list[str] = []
    thread, worker = core.sandbox.workers.in_a_thread, core.sandbox.workers._Worker.answer

    async def in_a_thread(work: Callable[[], Any], **how: Any) -> Any:
        here.append(len(pickle.dumps(work)))
        return await thread(work, **how)

    async def answer(self: Any, data: bytes, patience: timedelta) -> bytes:
        said = await worker(self, data, patience)
        elsewhere.append(core.sandbox.workers._name(pickle.loads(data)))
        return said

    monkeypatch.setattr(core.sandbox.workers, "in_a_thread", in_a_thread)
    monkeypatch.setattr(core.sandbox.workers._Worker, "answer", answer)
    full_of(sources, BARS)
    async with opened(telegram, tmp_path, sources, None, gemini_api_key=None) as stage:
        await publish(stage.core)
        [message] = await stage.say(f"/paper {PICKS[0]}")
        assert "/paper" in await stage.ask("/help", by=CHEN)
        done = await stage.becomes(message, "We propose a method")
    assert "仅摘要" not in done["text"]
    assert {"parsed", "extract"} <= set(elsewhere)
    assert max(here, default=0) <= SMALL


async def test_a_text_that_is_too_much_is_read_from_its_abstract_and_that_is_said(
    telegram: Telegram, tmp_path: Path, sources: Services
) -> None:
    async def offload(work: Callable[[], Any], **how: Any) -> Any:
        if core.sandbox.workers._name(work) == "quarantined_document" and BARS in str(work):
            raise WorkTooSlow("it took over 20 s")
        return await without_a_process(work, **how)

    full_of(sources, BARS)
    async with opened(telegram, tmp_path, sources, offload) as stage:
        await publish(stage.core)
        [message] = await stage.say(f"/paper {PICKS[0]}")
        done = await stage.becomes(message, "⏱")
    assert "仅摘要" in done["text"]
