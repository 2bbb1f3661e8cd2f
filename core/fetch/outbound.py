"""How the process reaches the outside: every client's session is opened here.

A session knows the way (directly, or through which proxy), whom it trusts, and what it must not
do: keep cookies, read the environment, hold a body of any size, connect to what is not public.
Private addresses are reached only where one was configured: a session of `open_session` reaches
its own endpoint, the shared ones `endpoints`, those of the sources, by host and port. So no page
points us to a Bot API server or a model of our own. Behind a proxy the proxy resolves the names;
only literal addresses and names of local networks can be refused there.

The names of the environment's variables and the order among them are `core.fetch.proxies`'.
"""

import socket
import ssl
from collections.abc import Collection
from contextlib import AsyncExitStack
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import aiohttp
import certifi
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from core.fetch.hosts import may_be_public, resolves_publicly
from core.fetch.proxies import Proxies, Proxy

MOST: Final = 16_000_000
"""Bytes of a body that is read at once: the longest of a model's answers has a quarter of it."""


class NotPublic(OSError):
    """A name leads to addresses that are not public."""


class AnswerTooLarge(aiohttp.ClientPayloadError):
    """A body is longer than anybody should hold."""


class BoundedResponse(aiohttp.ClientResponse):
    """Counts what it unpacks, for clients that read a body at once."""

    async def read(self) -> bytes:
        """Return the body; raise `AnswerTooLarge` beyond `MOST`."""
        if self._body is None:
            try:
                self._body = await self._bounded()
            except BaseException:
                self.close()  # hang up; releasing would read on
                raise
        return await super().read()

    async def _bounded(self) -> bytes:
        body = bytearray()
        async for chunk in self.content.iter_chunked(65_536):
            body += chunk
            if len(body) > MOST:
                raise AnswerTooLarge(f"more than {MOST} bytes")
        return bytes(body)


class Outbound:
    """Opens sessions. Those of `session_to` are shared and closed with it."""

    def __init__(
        self,
        proxies: Proxies = Proxies(),  # noqa: B008 - a frozen value
        *,
        endpoints: Collection[str] = (),
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._proxies = proxies
        self._endpoints = endpoints
        self._trust = trust or trust_store()
        self._shared: dict[Proxy | None, aiohttp.ClientSession] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    @property
    def trust(self) -> ssl.SSLContext:
        return self._trust

    def proxy_to(self, url: str) -> Proxy | None:
        """Return the proxy that leads to a URL; None: it is reached directly."""
        return self._proxies.to(URL(url))

    def may_ask(self, url: URL) -> bool:
        """Whether a URL, wherever it comes from, is an endpoint of ours or may be public."""
        if url.scheme not in ("http", "https") or not url.raw_host:
            return False
        is_ours = _is_among(self._endpoints, url.raw_host, url.port)
        return is_ours or may_be_public(url.raw_host)

    async def session_to(self, url: URL) -> aiohttp.ClientSession:
        """Return the shared session that leads to a URL. Requests must not follow redirects."""
        proxy = self._proxies.to(url)
        if proxy not in self._shared:
            opened = self._session(proxy, self._endpoints)
            self._shared[proxy] = await self._stack.enter_async_context(opened)
        return self._shared[proxy]

    def open_session(self, url: str, **options: Any) -> aiohttp.ClientSession:
        """Return a session of the caller's own for one endpoint; `options` are its connector's."""
        return self._session(self._proxies.to(URL(url)), [url], **options)

    def _session(
        self, proxy: Proxy | None, endpoints: Collection[str], **options: Any
    ) -> aiohttp.ClientSession:
        is_socks = proxy is not None and proxy.scheme == "socks5"
        return aiohttp.ClientSession(
            connector=self._connector(proxy, endpoints, **options),
            proxy=proxy.url if proxy is not None and not is_socks else None,
            response_class=BoundedResponse,
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    def _connector(
        self, proxy: Proxy | None, endpoints: Collection[str], **options: Any
    ) -> aiohttp.TCPConnector:
        if proxy is None:
            resolver = _PublicResolver(endpoints)
            return aiohttp.TCPConnector(ssl=self._trust, resolver=resolver, **options)
        if proxy.scheme == "socks5":
            from core.fetch.socks import SocksConnector  # few need it

            return SocksConnector.to(proxy, ssl=self._trust, **options)
        return aiohttp.TCPConnector(ssl=self._trust, **options)


def _is_among(endpoints: Collection[str], host: str, port: int | None) -> bool:
    return any((url.raw_host, url.port) == (host, port) for url in map(URL, endpoints))


class _PublicResolver(AbstractResolver):
    """Looks at the very addresses that are connected to: a name may resolve anew each time."""

    def __init__(self, endpoints: Collection[str]) -> None:
        self._endpoints = endpoints
        self._resolver = aiohttp.DefaultResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if _is_among(self._endpoints, host, port):
            return found
        allowed = [at for at in found if resolves_publicly(at["host"])]
        if found and not allowed:
            raise NotPublic(f"{host} is not public")
        return allowed

    async def close(self) -> None:
        await self._resolver.close()


@cache
def trust_store(file: Path | None = None, folder: Path | None = None) -> ssl.SSLContext:
    """Return whom to trust: certifi's list and the system's, with `file` and `folder` beside them.

    The system's list is the one that SSL_CERT_FILE and SSL_CERT_DIR name, where they do. Made
    once: reading the lists takes 30 ms. Raise `OSError` for what cannot be read.
    """
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    if file is not None or folder is not None:
        context.load_verify_locations(file, folder)
    context.set_alpn_protocols(("http/1.1",))
    return context
