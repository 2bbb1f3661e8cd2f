"""The webhook's port: who is not Telegram is turned away before a byte of the body is read.

The secret is compared first, then a small body is read within a time; connections are few, and
are closed when they are idle or slow. TLS is the reverse proxy's.
"""

import asyncio
import hmac
import json
import logging
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from telegram.ext import ExtBot

from bot.process.task_errors import Undelivered
from bot.process.update_queue import Intake, update_id
from bot.process.update_shapes import KINDS
from core.models.errors import ConfigError

logger = logging.getLogger(__name__)

LARGEST = 1_000_000
"""Bytes of an update: Telegram's are a few thousand."""
READ_WITHIN = 10.0
"""Seconds for a body."""
IDLE = 30.0
"""Seconds for a request's head, and between two requests of a connection."""
LINGER = 2.0
"""Seconds in which what is not read is thrown away, so that who sends it sees the answer."""
CONNECTIONS = 100
"""At the same time; Telegram opens 40 at most."""
ROOM_WITHIN = 10.0
"""Seconds in which there must be room for another update; else Telegram brings it again."""
CLOSING = 2.0
EVERY = timedelta(minutes=5)
"""How often it is looked whether Telegram still delivers here."""
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass(eq=False, repr=False)
class WebhookServer:
    """Listens for updates, and sees to it that Telegram brings them."""

    bot: "ExtBot[Any]"
    intake: Intake
    _: KW_ONLY
    url: str
    listen: tuple[str, int]
    secret: str
    now: Callable[[], datetime]

    def __post_init__(self) -> None:
        self._path = urlsplit(self.url).path.rstrip("/")
        self._runner: web.ServerRunner | None = None
        self._is_set = False

    async def open(self) -> None:
        """Listen; raise `ConfigError` when that is not possible."""
        server = _Server(
            self._answer,
            access_log=None,
            logger=_http_log(),
            keepalive_timeout=IDLE,
            lingering_time=LINGER,
            auto_decompress=False,  # Telegram compresses nothing; a bomb would
        )
        self._runner = web.ServerRunner(server, shutdown_timeout=CLOSING)
        await self._runner.setup()
        host, port = self.listen
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self._runner.cleanup()
            why = error.strerror or type(error).__name__
            raise ConfigError(f"WEBHOOK_LISTEN: cannot listen on {host}:{port} ({why})") from None

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def register(self) -> None:
        """Have Telegram deliver here; raise what keeps it from that. An action to be repeated."""
        if self._is_set:
            info = await self.bot.get_webhook_info()
            if info.url == self.url:
                is_recent = info.last_error_date and self.now() - info.last_error_date < EVERY
                if is_recent and info.pending_update_count:
                    raise Undelivered(info.last_error_message or "?")
                return
            logger.warning("somebody took the webhook away; it is set again")
        await self.bot.set_webhook(self.url, secret_token=self.secret, allowed_updates=KINDS)
        self._is_set = True

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.rel_url.raw_path.rstrip("/") != self._path:
            return _ended(404)
        if request.method != "POST":
            return _ended(405, {"Allow": "POST"})
        if not self._is_from_telegram(request):
            return _ended(401)
        try:
            async with asyncio.timeout(ROOM_WITHIN):
                await self.intake.room()
        except TimeoutError:
            return _ended(503)
        try:
            async with asyncio.timeout(READ_WITHIN):
                body = await _body(request)
        except TimeoutError:
            return _ended(408)
        except (web.RequestPayloadError, ConnectionError):  # it broke off, or is no HTTP
            return _ended(400)
        return _ended(413) if body is None else await self._taken(body)

    async def _taken(self, body: bytes) -> web.StreamResponse:
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            logger.warning("the webhook was sent %d bytes that are no JSON", len(body))
            return _ended(400)
        await self.intake.take(raw)
        # What cannot be read is skipped for good: another status would have it brought for ever.
        return web.Response() if update_id(raw) is not None else _ended(400)

    def _is_from_telegram(self, request: web.BaseRequest) -> bool:
        given = request.headers.get(HEADER, "").encode("utf-8", "surrogateescape")
        return hmac.compare_digest(given, self.secret.encode())


class _Server(web.Server):
    """Has room for so many connections."""

    def connection_made(self, handler: Any, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        if len(self.connections) > CONNECTIONS:
            # Not at once: the library still sets the connection up.
            asyncio.get_running_loop().call_soon(handler.force_close)


async def _body(request: web.BaseRequest) -> bytes | None:
    """Return the body, None when it is too large; no more than that is ever held."""
    if (request.content_length or 0) > LARGEST:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > LARGEST:
            return None
    return bytes(body)


def _ended(status: int, headers: dict[str, str] | None = None) -> web.Response:
    """Return an answer after which the connection is closed."""
    response = web.Response(status=status, headers=headers)
    response.force_close()
    return response


def _http_log() -> logging.Logger:
    """Return the server's log, without a traceback for each stranger that speaks no HTTP."""
    log = logging.getLogger(f"{__name__}.http")
    log.addFilter(_is_our_fault)
    return log


def _is_our_fault(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, HttpProcessingError | ConnectionError)
