"""What all tests share: a loopback server, a session, and a guard against the network."""

import gc
import ipaddress
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import settings

from core.fetch.outbound import Outbound

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[dict[str, Handler]], Awaitable[str]]


def pytest_collection() -> None:
    """Import without the garbage collector: nothing of modules is garbage, and it looks for it."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Spare the collector what stays: a million objects of modules, looked at again and again."""
    gc.freeze()
    gc.enable()


# No deadlines: a busy machine is no bug. In CI the examples are always the same, so that a new
# find is made, and fixed, at somebody's desk and not in the middle of another change. Fewer than
# usual: most of them live through days with a database.
settings.register_profile(
    "paperboy", deadline=None, max_examples=40, derandomize="CI" in os.environ
)
settings.load_profile("paperboy")


def _refuse_the_network(event: str, args: tuple[Any, ...]) -> None:
    """Raise on any connection that is not loopback: a test that needs the network is wrong."""
    if event != "socket.connect":
        return
    address = args[1]
    if not isinstance(address, tuple):
        return  # a Unix socket
    host = str(address[0]).split("%")[0]
    if host == "localhost" or ipaddress.ip_address(host).is_loopback:
        return
    raise RuntimeError(f"a test tried to connect to {host}")


sys.addaudithook(_refuse_the_network)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    jar = aiohttp.CookieJar(unsafe=True)  # cookies of 127.0.0.1, too
    timeout = aiohttp.ClientTimeout(total=10)
    async with aiohttp.ClientSession(timeout=timeout, cookie_jar=jar) as opened:
        yield opened


@pytest.fixture
def served() -> set[str]:
    """Base URLs of this test's own servers: the endpoints that somebody configured."""
    return set()


@pytest.fixture
async def outbound(served: set[str]) -> AsyncIterator[Outbound]:
    async with Outbound(endpoints=served) as opened:
        yield opened


@pytest.fixture
async def serve(served: set[str]) -> AsyncIterator[Serve]:
    """Start a loopback server from {path: handler}; paths may hold `{name}` and `{tail:.*}`.

    Returns its base URL, without a trailing slash. Any method is answered.
    """
    servers: list[TestServer] = []

    async def start(routes: dict[str, Handler]) -> str:
        app = web.Application()
        for path, handler in routes.items():
            app.router.add_route("*", path, handler)
        server = TestServer(app, host="127.0.0.1")
        await server.start_server()
        servers.append(server)
        url = str(server.make_url("")).rstrip("/")
        served.add(url)
        return url

    yield start
    for server in servers:
        await server.close()
