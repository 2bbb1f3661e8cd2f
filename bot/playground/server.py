"""The playground, served: the Bot API and the chat page on one port."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from bot.playground.api import ROUTE, BotApi
from bot.playground.guard import protect
from bot.playground.page_api import PageApi
from bot.playground.webhooks import bring_updates
from bot.playground.world import World

Sleep = Callable[[float], Awaitable[None]]
MAX_BODY = 11 * 2**20
"""A photo too large is to be refused in Telegram's words."""
SHUTDOWN = 0.1
"""Seconds a request may take to end when the server closes: long polls never would."""


@asynccontextmanager
async def serve(
    world: World,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    sleep: Sleep = asyncio.sleep,
    routes: Iterable[web.AbstractRouteDef] = (),
) -> AsyncIterator[str]:
    """Serve a world; give the base URL, without a slash at its end.

    A bot is pointed at it with `base_url=f"{url}/bot"`. `sleep` spaces a webhook's
    retries; `routes` are served beside the playground's own.
    """
    # Without cancellation a long poll would sleep on, long after its client has given up.
    app = application(world)
    app.router.add_routes(routes)
    runner = web.AppRunner(
        app, access_log=None, handler_cancellation=True, shutdown_timeout=SHUTDOWN
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        bound, number = runner.addresses[0][:2]
        async with aiohttp.ClientSession() as session:
            bringing = asyncio.create_task(bring_updates(world, session, sleep))
            try:
                yield f"http://{bound}:{number}"
            finally:
                bringing.cancel()
                await asyncio.gather(bringing, return_exceptions=True)
    finally:
        await runner.cleanup()


def application(world: World) -> web.Application:
    """Return the web application, for those who serve it themselves."""
    app = web.Application(client_max_size=MAX_BODY)
    protect(app)
    api = BotApi(world)
    # Telegram takes GET as well, but so does every <img> of a web page.
    app.router.add_post(ROUTE, api.handle)
    PageApi(world).add_routes(app)
    return app
