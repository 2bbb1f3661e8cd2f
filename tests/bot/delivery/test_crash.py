"""SIGKILL in the middle of a push: nothing is lost, and only what was on its way may double."""

import random
from pathlib import Path

import pytest

from tests.bench.crashes import crash_round, day_outcome
from tests.bot.conftest import Telegram

CHATS = 120


@pytest.mark.parametrize("seed", [1])
async def test_a_killed_push_goes_on_where_it_was(
    telegram: Telegram, tmp_path: Path, seed: int
) -> None:
    telegram.world.knows_everyone = True
    kills, in_flight = await crash_round(
        telegram.url,
        telegram.token,
        tmp_path / "push.db",
        chats=CHATS,
        kills=2,
        rate=200,
        chance=random.Random(seed),
    )
    world = telegram.world
    received = {chat_id: len(world.received(chat_id)) for chat_id in world.chats}
    result = day_outcome(received, CHATS, kills, in_flight)
    assert result.kills == 2
    assert result.lost == 0
    assert result.doubled <= result.in_flight
