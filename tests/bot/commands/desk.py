"""How the commands' tests reach Telegram: everything real but the pace, which has its own tests."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from telegram.ext import Application, ApplicationBuilder, BaseRateLimiter, ContextTypes

from bot.commands.context import Context
from bot.process.chat_order import ChatOrder
from bot.telegram.errors import NotOurs
from bot.telegram.rate_limiter import Bulk
from bot.telegram.request import AiohttpRequest
from tests.bot.conftest import Telegram

Bot = Application[Any, Context, Any, Any, Any, Any]


class Unpaced(BaseRateLimiter[Bulk]):
    """Lets everything pass at once: the playground's limits are off."""

    async def initialize(self) -> None:
        """Nothing is needed."""

    async def shutdown(self) -> None:
        """Nothing is left."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Bulk | None,
    ) -> Any:
        """Do it, if it is still to be done."""
        begin = rate_limit_args.begin if rate_limit_args is not None else None
        if begin is not None and not await begin():
            raise NotOurs("somebody else's by now")
        return await callback(*args, **kwargs)


@asynccontextmanager
async def application(telegram: Telegram) -> AsyncIterator[Bot]:
    """Give an initialised Application that talks to the playground."""
    async with aiohttp.ClientSession() as session:
        built = (
            ApplicationBuilder()
            .token(telegram.token)
            .base_url(telegram.base_url)
            .request(AiohttpRequest(session))
            .get_updates_request(AiohttpRequest(session))
            .rate_limiter(Unpaced())
            .context_types(ContextTypes(context=Context))
            .concurrent_updates(ChatOrder())
            .job_queue(None)
            .build()
        )
        async with built:
            yield built
