"""A reverse proxy that stands between a client of ours and a loopback service, and misbehaves.

Each fault is what a network, a proxy or a broken server was seen to do. Paths that `hits` does
not name pass untouched.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import cache

import aiohttp
from aiohttp import web

Answer = Callable[["Faulty", web.Request], Awaitable[web.StreamResponse]]
HUGE = 300 * 2**20
"""Bytes: more than any answer of theirs, and than a small server has."""
HOP = {"transfer-encoding", "content-encoding", "content-length", "connection", "host"}
PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1><p>proxy gate</p></body></html>"
DRIP = 0.5
"""Seconds between two bytes."""


@dataclass
class Faulty:
    """One upstream behind one fault; `lifted`, everything passes."""

    upstream: str
    trap: str
    """Where redirects lead: another server, which must not hear a secret."""
    hits: Callable[[str], bool] = lambda _: True
    fault: Answer | None = None
    count: int = 0
    honest: Callable[[int], None] = lambda _: None
    """Is told +1 and -1: a clock that jumps must not while somebody is being answered."""
    _session: aiohttp.ClientSession = field(init=False)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Misbehave, or pass the request on."""
        if self.fault is not None and self.hits(request.path):
            self.count += 1
            return await self.fault(self, request)
        return await self.forward(request)

    async def forward(self, request: web.Request) -> web.Response:
        """Ask the upstream and return its answer."""
        status, headers, body = await self.ask(request)
        return web.Response(status=status, headers=headers, body=body)

    async def ask(self, request: web.Request) -> tuple[int, dict[str, str], bytes]:
        """Return what the upstream says."""
        headers = {k: v for k, v in request.headers.items() if k.lower() not in HOP}
        self.honest(1)
        try:
            async with self._session.request(
                request.method,
                f"{self.upstream}{request.rel_url}",
                headers=headers,
                data=await request.read(),
                allow_redirects=False,
            ) as response:
                kept = {k: v for k, v in response.headers.items() if k.lower() not in HOP}
                return response.status, kept, await response.read()
        finally:
            self.honest(-1)


async def hang(_: Faulty, request: web.Request) -> web.StreamResponse:
    """Never answer."""
    await asyncio.sleep(3600)
    return web.Response()


async def reset(_: Faulty, request: web.Request) -> web.StreamResponse:
    """Break the connection before anything was done."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def after(faulty: Faulty, request: web.Request) -> web.StreamResponse:
    """Carry it out, and break the connection before the answer."""
    await faulty.ask(request)
    return await reset(faulty, request)


async def cut(faulty: Faulty, request: web.Request) -> web.StreamResponse:
    """Promise a whole answer and send half of it."""
    status, headers, body = await faulty.ask(request)
    response = web.StreamResponse(status=status, headers=headers)
    response.content_length = len(body) + 1000
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    return await reset(faulty, request)


async def drip(_: Faulty, request: web.Request) -> web.StreamResponse:
    """Send a blank now and then, for ever."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    with suppress(ConnectionError):
        while True:
            await response.write(b" ")
            await asyncio.sleep(DRIP)
    return response


async def huge(_: Faulty, request: web.Request) -> web.StreamResponse:
    """Send more than anybody should read."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    block = b" " * 2**20
    with suppress(ConnectionError):  # whoever has seen enough hangs up
        for _number in range(HUGE // len(block)):
            await response.write(block)
    return response


async def bomb(_: Faulty, request: web.Request) -> web.StreamResponse:
    """Send little that unpacks to much."""
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    return web.Response(body=_packed(), headers=headers)


@cache
def _packed() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b" " * 2**20
    return b"".join(packer.compress(block) for _ in range(HUGE // len(block))) + packer.flush()


async def wrong_type(_: Faulty, request: web.Request) -> web.StreamResponse:
    """Answer with a picture."""
    return web.Response(body=b"\x89PNG\r\n\x1a\n" + bytes(200), content_type="image/png")


def redirect(status: int) -> Answer:
    """Lead to the trap."""

    async def answer(faulty: Faulty, request: web.Request) -> web.StreamResponse:
        return web.Response(
            status=status, headers={"Location": f"{faulty.trap}/stolen{request.path}"}
        )

    return answer


def page(status: int) -> Answer:
    """Answer with a page of somebody in between."""

    async def answer(_: Faulty, request: web.Request) -> web.StreamResponse:
        return web.Response(
            status=status, text=PAGE.format(f"{status} Denied"), content_type="text/html"
        )

    return answer


def said(status: int, body: str) -> Answer:
    """Answer with this JSON."""

    async def answer(_: Faulty, request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=body, content_type="application/json")

    return answer


def each(faults: Mapping[str, Answer]) -> Answer:
    """Misbehave in its own way to each request that names one of these; pass the others on."""

    async def answer(faulty: Faulty, request: web.Request) -> web.StreamResponse:
        told = f"{request.rel_url} {(await request.read()).decode(errors='replace')}"
        for name, fault in faults.items():
            if name in told:
                return await fault(faulty, request)
        faulty.count -= 1
        return await faulty.forward(request)

    return answer


FAULTS: Mapping[str, Answer] = {
    "reset": reset,
    "reset after": after,
    "hang": hang,
    "drip": drip,
    "cut": cut,
    "wrong type": wrong_type,
    "huge": huge,
    "bomb": bomb,
    "redirect 302": redirect(302),
    "redirect 307": redirect(307),
    "200 {}": said(200, "{}"),
    "200 []": said(200, "[]"),
    "200 null": said(200, "null"),
    "200 ''": said(200, ""),
    "200 page": page(200),
    "400 page": page(400),
    "401 page": page(401),
    "403 page": page(403),
    "404 page": page(404),
    "429 page": page(429),
    "500 page": page(500),
    "503 page": page(503),
    "400 [1]": said(400, "[1]"),
    "429 odd": said(
        429,
        '{"ok": false, "error_code": 429, "description": "x", "parameters": {"retry_after": 1e18}}',
    ),
}


@asynccontextmanager
async def standing_before(faulty: Faulty) -> AsyncIterator[str]:
    """Serve on a free loopback port; give the base URL."""
    app = web.Application(client_max_size=2**25)
    app.router.add_route("*", "/{path:.*}", faulty.handle)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    async with aiohttp.ClientSession(auto_decompress=True) as session:
        faulty._session = session
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            host, port = runner.addresses[0][:2]
            yield f"http://{host}:{port}"
        finally:
            await runner.cleanup()
