"""Telegram's HTTP over aiohttp, behind python-telegram-bot's own seam.

The process fetches papers and asks Gemini through aiohttp anyway, and it costs a fraction of the
time of the httpx that python-telegram-bot would bring (`tests/bench/push.py` measures it).
Telegram's URLs hold the bot token, so no error here may carry a URL: the library's own exceptions,
which do, stay outside.
"""

import asyncio
import json
from typing import Any

import aiohttp
from telegram.error import NetworkError, TelegramError
from telegram.request import BaseRequest, RequestData

from bot.telegram.answers import NoAnswer, read

READ_TIMEOUT = 20.0
"""Seconds. A lease of the ledger lasts longer than all of these together, or an attempt could
outlive it."""
CONNECT_TIMEOUT = 10.0
POOL_TIMEOUT = 30.0
"""Seconds for a free connection."""
UPLOAD_TIMEOUT = 60.0
"""Seconds more for what carries a file; the ledger's messages carry none."""
BODY_TIMEOUT = 10.0
"""Seconds for an answer's body, once it has begun, however many drops it comes in."""
MOST_BYTES = 8 * 1024 * 1024
"""Of an answer; the largest, a hundred updates, are a tenth of it."""


class NotArrived(NetworkError):
    """The request surely never reached Telegram."""


class BrokenOff(NetworkError):
    """The connection broke after the request was sent: Telegram may have done what it said."""


class AiohttpRequest(BaseRequest):
    """Sends requests through a session that somebody else opens and closes."""

    def __init__(
        self, session: aiohttp.ClientSession, *, read_timeout: float = READ_TIMEOUT
    ) -> None:
        self._session = session
        self._read_timeout = read_timeout

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer, where a call does not say."""
        return self._read_timeout

    async def initialize(self) -> None:
        """The session is open."""

    async def shutdown(self) -> None:
        """The session is not ours to close."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Return status and body of what is a result; raise what else it is (`answers`)."""
        status, body = await self._answer(
            url,
            method,
            request_data,
            pool=_given(pool_timeout, POOL_TIMEOUT),
            connect=_given(connect_timeout, CONNECT_TIMEOUT),
            read=_given(read_timeout, self._read_timeout),
        )
        parameters = request_data.parameters if request_data is not None else {}
        name = url.rpartition("/")[2]
        answer, result = read(name, status, body, parameters.get("chat_id"))
        if result is answer.get("result"):
            return status, body
        return status, json.dumps({"ok": True, "result": result}).encode()

    async def _answer(
        self,
        url: str,
        method: str,
        data: RequestData | None,
        *,
        pool: float,
        connect: float,
        read: float,
    ) -> tuple[int, bytes]:
        """Return status and body; raise `NotArrived`, `BrokenOff` or `NoAnswer`."""
        upload = UPLOAD_TIMEOUT if data is not None and data.contains_files else 0.0
        timeout = aiohttp.ClientTimeout(
            total=pool + connect + upload + read, connect=pool, sock_connect=connect, sock_read=read
        )
        headers, body = _headers_and_body(data)
        try:
            async with self._session.request(
                method,
                url,
                data=body,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,  # the address holds the token: it is for this host alone
            ) as response:
                return response.status, await _body(response)
        except (
            aiohttp.ClientConnectorError,
            aiohttp.ConnectionTimeoutError,
            aiohttp.ClientHttpProxyError,  # a proxy would not connect us
        ) as error:
            raise NotArrived(f"not connected ({type(error).__name__})") from None
        except TimeoutError:
            raise NoAnswer("no answer in time") from None
        except (aiohttp.ClientError, ConnectionError) as error:
            raise BrokenOff(f"connection broken ({type(error).__name__})") from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return the answer; unlike the base's, without logging a proxy's error page."""
        try:
            answer: dict[str, Any] = json.loads(payload)
        except ValueError:
            raise TelegramError("the answer is not JSON") from None
        return answer


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """Return a body as far as it comes in time and within bounds: the status is known already."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_TIMEOUT):
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > MOST_BYTES:
                    return b""
    except (TimeoutError, aiohttp.ClientError, ConnectionError):
        return bytes(body)  # half an answer is none, unless only its end is missing
    return bytes(body)


def _given(value: Any, default: float) -> float:
    """Return a call's own timeout, where it has one."""
    return float(value) if isinstance(value, int | float) else default


def _headers_and_body(
    data: RequestData | None,
) -> tuple[dict[str, str], aiohttp.FormData | bytes | None]:
    """Return a request's parameters as Telegram takes them.

    JSON where there is no file: a form would percent-encode every Chinese character to nine.
    """
    if data is None or not data.parameters:
        return {}, None
    if not data.contains_files:
        text = json.dumps(data.parameters, ensure_ascii=False)
        return {"Content-Type": "application/json"}, text.encode("utf-8", "replace")
    form = aiohttp.FormData(data.json_parameters)
    for name, (filename, content, mime) in (data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return {}, form
