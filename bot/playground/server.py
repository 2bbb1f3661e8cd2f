"""The playground, served: the Bot API and the chat page on one port."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiohttp import web

from bot.playground.api import ROUTE, BotApi
from bot.playground.guard import protect
from bot.playground.methods import METHODS, Method
from bot.playground.page_api import PageApi
from bot.playground.world import World

MAX_BODY = 11 * 2**20
"""A photo too large is to be refused in Telegram's words."""
SHUTDOWN = 0.1
"""Seconds a request may take to end when the server closes: long polls never would."""


@asynccontextmanager
async def serve(app: web.Application, *, port: int = 0) -> AsyncIterator[str]:
    """Serve an application on loopback; give the base URL, without a slash at its end."""
    # Without cancellation a long poll would sleep on, long after its client has given up.
    runner = web.AppRunner(
        app, access_log=None, handler_cancellation=True, shutdown_timeout=SHUTDOWN
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        host, number = runner.addresses[0][:2]
        yield f"http://{host}:{number}"
    finally:
        await runner.cleanup()


def application(world: World, methods: Mapping[str, Method] = METHODS) -> web.Application:
    """Return the playground: a bot is pointed at it with `base_url=f"{url}/bot"`."""
    app = web.Application(client_max_size=MAX_BODY)
    protect(app)
    api = BotApi(world, methods)
    # Telegram takes GET as well, but so does every <img> of a web page.
    app.router.add_post(ROUTE, api.handle)
    PageApi(world).add_routes(app)
    return app
