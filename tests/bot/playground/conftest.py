"""The playground's own tests call it without a library."""

import aiohttp
import pytest

from tests.bot.conftest import Telegram
from tests.bot.playground.requests import Caller


@pytest.fixture
def call(telegram: Telegram, session: aiohttp.ClientSession) -> Caller:
    return Caller(telegram, session)
