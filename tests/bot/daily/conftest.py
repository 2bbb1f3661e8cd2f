"""A world per test, at Thursday evening in Shanghai: Friday's morning is still to come."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.conftest import Telegram
from tests.bot.daily.house import House, open_house
from tests.bot.daily.world import World, at, open_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path, at("2026-03-12 20:00")) as opened:
        yield opened


@pytest.fixture
async def house(telegram: Telegram, tmp_path: Path, unpaced: None) -> AsyncIterator[House]:
    async with open_house(telegram, tmp_path) as opened:
        yield opened
