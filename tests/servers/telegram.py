"""The playground as the tests' Telegram: with faults on demand, and webhooks."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from bot.playground import server
from bot.playground.methods import METHODS
from bot.playground.world import World
from tests.servers.telegram_faults import Faults, suffering
from tests.servers.telegram_webhooks import Webhooks

Sleep = Callable[[float], Awaitable[None]]


@asynccontextmanager
async def serve(
    world: World,
    *,
    port: int = 0,
    sleep: Sleep = asyncio.sleep,
    routes: Iterable[web.AbstractRouteDef] = (),
    faults: Faults | None = None,
) -> AsyncIterator[str]:
    """Serve a world; give the base URL. `sleep` spaces a webhook's retries."""
    hooks = Webhooks()
    app = server.application(world, {**METHODS, **hooks.methods})
    app.router.add_routes(routes)
    if faults is not None:
        app.middlewares.append(suffering(world, faults))
    async with aiohttp.ClientSession() as session, server.serve(app, port=port) as url:
        bringing = asyncio.create_task(hooks.bring_updates(world, session, sleep))
        try:
            yield url
        finally:
            bringing.cancel()
            await asyncio.gather(bringing, return_exceptions=True)
