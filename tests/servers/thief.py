"""Another host, to which somebody's answers point: it keeps whatever arrives there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.conftest import Handler

REDIRECTS = (301, 302, 303, 307, 308)


@dataclass
class Thief:
    """A server nobody configured."""

    url: str = ""
    loot: list[str] = field(default_factory=list)
    """Each request, whole."""

    async def take(self, request: web.Request) -> web.Response:
        """Keep a request."""
        self.loot.append(f"{request.raw_path}\n{request.headers}\n{await request.text()}")
        return web.json_response({"ok": True, "result": [], "token": "t"})

    def points_here(self, status: int, host: str = "127.0.0.1") -> Handler:
        """Return a handler whose answers send their readers here, under any name of ours."""

        async def answer(request: web.Request) -> web.Response:
            target = self.url.replace("127.0.0.1", host)
            return web.Response(status=status, headers={"Location": f"{target}{request.path}"})

        return answer


@asynccontextmanager
async def robbing() -> AsyncIterator[Thief]:
    """Serve on a free loopback port."""
    thief = Thief()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", thief.take)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    thief.url = str(server.make_url("")).rstrip("/")
    yield thief
    await server.close()
