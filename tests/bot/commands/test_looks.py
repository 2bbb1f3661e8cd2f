"""A reading that was shown before its second look is put right in its message."""

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.render.deep_links import page_data
from core.store import Promise
from tests.bot.commands.conftest import CHEN, PICKS, Stage, opened, publish
from tests.bot.commands.test_paper import read
from tests.bot.commands.test_reading import out_of_budget
from tests.bot.conftest import Telegram
from tests.servers.papers import Services

BY_RULES, LOOKED_OVER = "已核对引文与数字", "复核"
WRONG = "methodology 部分给出的第二条"
A_MINUTE = timedelta(minutes=1)


async def look(stage: Stage, later: timedelta = A_MINUTE) -> None:
    """Let some time pass, once all that was said is written down."""
    async with asyncio.timeout(10):
        rows = await stage.core.store.requests.open()
        while any(row.owner for row in rows):
            await asyncio.sleep(0.005)
            rows = await stage.core.store.requests.open()
    stage.clock.now += later
    await stage.services.deep_dives.run_pending()


async def test_the_message_is_put_right_once_and_nothing_is_sent(
    stage: Stage, sources: Services
) -> None:
    sources.gemini.contradicted = WRONG
    message = await read(stage, f"/paper {PICKS[0]}")
    again = await stage.ask(f"/paper {PICKS[0]}")
    assert BY_RULES in message["text"]
    assert BY_RULES in again
    assert WRONG in again
    received = len(stage.telegram.world.received(CHEN))
    await look(stage)
    text = stage.shown(message)["text"]
    assert LOOKED_OVER in text
    assert WRONG not in text
    assert LOOKED_OVER in stage.telegram.world.texts(CHEN)[-1], "the one opened meanwhile, too"
    assert len(stage.telegram.world.received(CHEN)) == received
    assert await stage.core.store.requests.open() == []
    assert LOOKED_OVER in await stage.ask(f"/paper {PICKS[0]}")
    assert await stage.core.store.requests.open() == [], "nothing waits any more"


async def test_the_page_a_reader_turned_to_stays(stage: Stage) -> None:
    message = await read(stage, f"/paper {PICKS[0]}")
    await stage.tap_data(message, page_data(PICKS[0], 1))
    before = stage.shown(message)["text"]
    await look(stage)
    after = stage.shown(message)["text"]
    assert before.splitlines()[:2] == after.splitlines()[:2]
    assert LOOKED_OVER not in after, "the first page says it"


async def test_a_restart_forgets_no_message(
    telegram: Telegram, tmp_path: Path, sources: Services
) -> None:
    async with opened(telegram, tmp_path, sources) as stage:
        await publish(stage.core)
        message = await read(stage, f"/paper {PICKS[0]}")
    async with opened(telegram, tmp_path, sources) as stage:
        await look(stage, timedelta(minutes=5))
        assert LOOKED_OVER in stage.shown(message)["text"]


async def test_without_budget_it_is_tried_again_and_says_what_was_checked(
    stage: Stage, sources: Services
) -> None:
    message = await read(stage, f"/paper {PICKS[0]}")
    out_of_budget(sources)
    await look(stage)
    assert BY_RULES in stage.shown(message)["text"]
    [row] = await stage.core.store.requests.open()
    assert (row.kind, row.tries) == (Promise.LOOK, 1)
    await look(stage, timedelta(days=1))
    assert LOOKED_OVER in stage.shown(message)["text"]


async def test_a_deleted_message_is_let_be(stage: Stage) -> None:
    message = await read(stage, f"/paper {PICKS[0]}")
    del stage.telegram.world.chat(CHEN).messages[message["message_id"]]
    received = len(stage.telegram.world.received(CHEN))
    await look(stage)
    assert len(stage.telegram.world.received(CHEN)) <= received
    assert await stage.core.store.requests.open() == []
