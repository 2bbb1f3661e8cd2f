"""The only way out, twice: an HTTP proxy and a SOCKS5 server that know names nobody else knows.

Small on purpose: enough of RFC 9110 (CONNECT, absolute-form) and RFC 1928/1929 for real clients.
Names are looked up in `names`; whatever else is asked for is refused, so that a test sees a
client that resolved a name by itself. `log` holds what passed, in order.
"""

import asyncio
import base64
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from ipaddress import ip_address

Rewrite = Callable[[bytes], bytes]
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Refused(Exception):
    """What was asked for is not given."""


@dataclass
class WayOut:
    """What a proxy knows and what it saw."""

    names: Mapping[str, str] = field(default_factory=dict)
    """Name to "host:port"."""
    account: tuple[str, str] | None = None
    log: list[str] = field(default_factory=list)
    """"CONNECT api.telegram.test:443", "GET http://huggingface.test/...", "SOCKS5 name:port"."""
    url: str = ""

    def seen(self, name: str) -> int:
        """Return how many requests or connections to a name passed."""
        return sum(name in line for line in self.log)

    async def connect(self, host: str, port: int) -> Streams:
        """Return a connection to what a name stands for."""
        try:
            at, _, known = self.names[host].rpartition(":")
        except KeyError:
            raise Refused(f"{host}:{port}") from None
        return await asyncio.open_connection(at, int(known))

    async def http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection of an HTTP proxy's client."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target, _ = head.split(" ", 2)
        self.log.append(f"{method} {target}")
        if not self._is_let_in(head):
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        if method == "CONNECT":
            host, _, port = target.rpartition(":")
            there = await self.connect(host, int(port))
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await self.pass_on((reader, writer), there, host)
            return
        scheme, _, rest = target.partition("://")
        authority, slash, path = rest.partition("/")
        assert scheme == "http", f"a proxy is asked in absolute form, not so: {target}"
        host = authority.partition(":")[0]
        there = await self.connect(host, 80)
        # One request a connection: what follows on it might be for another host.
        kept = [
            line for line in head.split("\r\n")[1:] if not line.lower().startswith("connection")
        ]
        lines = [f"{method} {slash}{path} HTTP/1.1", "Connection: close", *kept]
        there[1].write(self._as_known("\r\n".join(lines).encode(), host))
        await self.pass_on((reader, writer), there, host)

    def _is_let_in(self, head: str) -> bool:
        if self.account is None:
            return True
        wanted = base64.b64encode(":".join(self.account).encode()).decode()
        return f"proxy-authorization: basic {wanted}".lower() in head.lower()

    async def socks(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection of a SOCKS5 client."""
        version, count = await reader.readexactly(2)
        methods = await reader.readexactly(count)
        wanted = 2 if self.account else 0
        if version != 5 or wanted not in methods:
            writer.write(b"\x05\xff")
            return
        writer.write(bytes([5, wanted]))
        if self.account and not await self._said_who(reader, writer):
            return
        _, _, _, kind = await reader.readexactly(4)
        host = await _socks_host(reader, kind)
        port = int.from_bytes(await reader.readexactly(2))
        self.log.append(f"SOCKS5 {host}:{port}")
        try:
            there = await self.connect(host, port)
        except Refused:
            writer.write(b"\x05\x04\x00\x01" + bytes(6))
            return
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        await self.pass_on((reader, writer), there, host)

    async def pass_on(self, here: Streams, there: Streams, host: str) -> None:
        """Pass everything on, both ways, to their ends."""
        try:
            await asyncio.gather(
                _pump(here[0], there[1], lambda data: self._as_known(data, host)),
                _pump(there[0], here[1], bytes),
            )
        finally:
            there[1].close()

    def _as_known(self, data: bytes, host: str) -> bytes:
        """Name a plain request's host as the doubles want to be called: by their address only."""
        return data.replace(
            b"Host: %b\r\n" % host.encode(), b"Host: %b\r\n" % self.names[host].encode()
        )

    async def _said_who(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        await reader.readexactly(1)
        said = [(await reader.readexactly((await reader.readexactly(1))[0])).decode() for _ in "up"]
        is_known = tuple(said) == self.account
        writer.write(bytes([1, not is_known]))
        return is_known


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, how: Rewrite) -> None:
    with suppress(ConnectionError):
        while data := await source.read(65_536):
            sink.write(how(data))
            await sink.drain()
        if sink.can_write_eof():
            sink.write_eof()
        else:  # TLS ends both ways at once
            sink.close()


async def _socks_host(reader: asyncio.StreamReader, kind: int) -> str:
    if kind == 3:
        return (await reader.readexactly((await reader.readexactly(1))[0])).decode()
    return str(ip_address(await reader.readexactly(4 if kind == 1 else 16)))


@asynccontextmanager
async def secured(way: WayOut, *names: str, context: ssl.SSLContext) -> AsyncIterator[None]:
    """Have what stands behind some names answer over TLS."""
    async with AsyncExitStack() as stack:
        for name in names:
            there = replace(way, log=[])  # as it is now: plain

            async def handle(
                reader: asyncio.StreamReader,
                writer: asyncio.StreamWriter,
                there: WayOut = there,
                name: str = name,
            ) -> None:
                await there.pass_on((reader, writer), await there.connect(name, 80), name)
                writer.close()

            server = await stack.enter_async_context(
                await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
            )
            port = server.sockets[0].getsockname()[1]
            way.names = {**way.names, name: f"127.0.0.1:{port}"}
        yield


@asynccontextmanager
async def way_out(kind: str, way: WayOut) -> AsyncIterator[WayOut]:
    """Serve as "http" or "socks5" on a free loopback port."""
    serve = {"http": way.http, "socks5": way.socks}[kind]
    running: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            await serve(reader, writer)
        except Refused:
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client went away
        finally:
            running.discard(task)
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, family=socket.AF_INET)
    way.url = f"{kind}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield way
    finally:
        server.close()
        for task in list(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
