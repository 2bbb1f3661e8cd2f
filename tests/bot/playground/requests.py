"""A bare Bot API client for the playground's own tests: no library's opinion in between."""

from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.bot.conftest import Telegram


@dataclass(frozen=True)
class Caller:
    """Calls methods with JSON bodies."""

    telegram: Telegram
    session: aiohttp.ClientSession

    async def __call__(self, method: str, **params: Any) -> dict[str, Any]:
        """Return the whole answer; its status is its `error_code`, or 200."""
        url = f"{self.telegram.base_url}{self.telegram.token}/{method}"
        async with self.session.post(url, json=params) as response:
            body: dict[str, Any] = await response.json()
            assert response.status == body.get("error_code", 200)
            return body

    async def sent(self, chat_id: int, text: str, **params: Any) -> int:
        """Send a text; return its id."""
        answer = await self("sendMessage", chat_id=chat_id, text=text, **params)
        assert answer["ok"], answer
        return int(answer["result"]["message_id"])
