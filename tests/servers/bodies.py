"""Bodies nobody should read to their end."""

import asyncio
import gzip
from functools import cache

from aiohttp import web

ENDLESS = 400_000_000


class Endless:
    """Sends more than anybody wants, and counts what was taken."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.sent = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Send until the other side hangs up."""
        response = web.StreamResponse(
            status=self.status, headers={"Content-Type": "application/json"}
        )
        await response.prepare(request)
        while self.sent < ENDLESS:
            await response.write(b" " * 100_000)
            self.sent += 100_000
        return response


@cache
def bomb() -> bytes:
    """Return 60 MB of blanks in 60 kB."""
    return gzip.compress(b" " * 60_000_000)


async def explode(request: web.Request) -> web.Response:
    """Answer with the bomb."""
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    return web.Response(body=bomb(), headers=headers)


async def drip(request: web.Request) -> web.StreamResponse:
    """Send a byte now and then, for ever: no pause is long enough to be one."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    while True:
        await response.write(b" ")
        await asyncio.sleep(0.01)
