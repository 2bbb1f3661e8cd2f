"""Telegram's HTTP over aiohttp, behind python-telegram-bot's own seam.

The process fetches papers and asks Gemini through aiohttp anyway, and it costs a fraction of the
time of the httpx that python-telegram-bot would bring (`tests/bench/push.py` measures it). What a
newcomer would get wrong: Telegram's URLs hold the bot token, so no error here may carry a URL: the
library's own exceptions, which do, stay outside.
"""

import json
from typing import Any

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

READ_TIMEOUT = 20.0
"""Seconds. A lease of the ledger lasts longer, or an attempt could outlive it."""
CONNECT_TIMEOUT = 10.0
GATEWAY_TIMEOUT = 504
POOL_TIMEOUT = 30.0
"""Seconds for a free connection."""


class NotArrived(NetworkError):
    """The request surely never reached Telegram."""


class BrokenOff(NetworkError):
    """The connection broke after the request was sent: Telegram may have done what it said."""


class NoAnswer(TimedOut):
    """No answer in time, though the request was sent."""


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
        """Return status and body; raise `NotArrived`, `BrokenOff` or `NoAnswer`."""
        timeout = aiohttp.ClientTimeout(
            total=None,
            connect=_given(pool_timeout, POOL_TIMEOUT),
            sock_connect=_given(connect_timeout, CONNECT_TIMEOUT),
            sock_read=_given(read_timeout, self._read_timeout),
        )
        headers, body = _headers_and_body(request_data)
        try:
            async with self._session.request(
                method,
                url,
                data=body,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,  # the address holds the token: it is for this host alone
            ) as response:
                if response.status == GATEWAY_TIMEOUT:
                    # The gateway handed the request on and got no answer: just as if we had not.
                    raise NoAnswer("no answer in time (504)")
                return response.status, await response.read()
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


def _given(value: Any, default: float) -> float | None:
    """Return a call's own timeout, where it has one."""
    if isinstance(value, DefaultValue):
        return default
    return float(value) if value is not None else None


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
