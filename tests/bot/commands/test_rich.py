"""Rich messages: only when asked for, and the ordinary form where they are not taken."""

from pathlib import Path

import pytest

from tests.bot.commands.conftest import CHEN, PICKS, opened, publish
from tests.bot.commands.test_looks import look
from tests.bot.commands.test_paper import read
from tests.bot.conftest import Telegram
from tests.servers.papers import Services

PAPER = f"/paper {PICKS[0]}"


@pytest.mark.parametrize(("wanted", "taken"), [(True, True), (True, False), (False, True)], ids=str)
async def test_a_reading_is_rich_where_that_is_wanted_and_taken(
    telegram: Telegram, tmp_path: Path, sources: Services, wanted: bool, taken: bool
) -> None:
    telegram.world.takes_rich = taken
    async with opened(telegram, tmp_path, sources, telegram_rich_messages=wanted) as stage:
        await publish(stage.core)
        await read(stage, PICKS[0])
        await look(stage)  # a rich message is sent as it stays
        [message] = await stage.say(PAPER, by=CHEN)
    record = telegram.world.record
    assert bool(record.requests["sendRichMessage"]) is wanted
    if wanted and taken:
        html = message["rich_message"]["html"]
        assert "<h" in html
        assert "text" not in message
    else:
        assert "⏱" in message["text"]
