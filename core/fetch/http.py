"""HTTP for everything that fetches: timeouts, size limits, retries, one error tree.

    HttpError                 (a PaperboyError) a request failed for good
    ├── Unreachable               no whole answer: DNS, connect, reset, timeout, cut-off body
    ├── BadStatus                 an answer that is not 2xx; `status`, `retry_after`, `excerpt`
    ├── TooLarge                  more bytes than the caller is ready to hold
    └── BadAddress                the URL, or a redirect's target, makes no sense or is not public

Redirects are followed here and not by aiohttp: at most `MOST_REDIRECTS`, each only to where
`core.fetch.outbound` lets us ask, and none for a request that carries anything of ours (a body,
headers of the caller's, an account in the URL): what it carries is meant for that host alone.

This is the only place that retries. It retries what may pass (`Unreachable`, 429, 500, 502, 503,
504), and a Retry-After of the server's is obeyed when it is short; when it is long the error goes
to the caller at once, because waiting for minutes is scheduling. Error texts name host and path
only, since query strings and user infos carry secrets.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt
from tenacity.stop import stop_before_delay
from yarl import URL

from core.fetch.gate import Gate
from core.fetch.outbound import NotPublic, Outbound
from core.models.errors import PaperboyError

logger = logging.getLogger(__name__)

PASSING_STATUS = frozenset({429, 500, 502, 503, 504})
LONGEST_RETRY_AFTER = timedelta(seconds=30)
PATIENCE = timedelta(seconds=120)
"""Over all attempts of one request, waits included: no attempt starts later than this."""
EXCERPT = 2_000
MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CONNECTING = aiohttp.ClientTimeout(total=None, sock_connect=15)
"""Of one hop; the whole has `_Request.timeout`."""


class HttpError(PaperboyError):
    """A request failed for good; `address` is where, without query and credentials."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"{address}: {reason}")
        self.address = address
        self.reason = reason


class Unreachable(HttpError):
    """No whole answer came: DNS, connect, reset, timeout, or a body cut off."""


class BadStatus(HttpError):
    """The answer is not 2xx."""

    def __init__(
        self,
        address: str,
        status: int,
        retry_after: timedelta | None = None,
        excerpt: str = "",
    ) -> None:
        super().__init__(address, f"HTTP {status}")
        self.status = status
        self.retry_after = retry_after
        self.excerpt = excerpt
        """The body's beginning, to tell errors apart; not part of the text, it may echo secrets."""


class TooLarge(HttpError):
    """The body is longer than the caller is ready to hold."""


class BadAddress(HttpError):
    """The URL, or a redirect's target, makes no sense, or we must not ask there."""


@dataclass(frozen=True)
class Response:
    """A 2xx answer, read to its end."""

    status: int
    url: str
    """Where the answer came from, after redirects, without credentials."""
    content_type: str
    """Media type in lower case, without parameters; "" when the server names none."""
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text, by the declared charset (else UTF-8); bad bytes become U+FFFD."""
        parsed = Message()
        parsed["Content-Type"] = self.headers.get("Content-Type", "")
        charset = parsed.get_content_charset("utf-8-sig")
        if charset in {"punycode", "idna"}:  # no text is in these, and decoding is quadratic
            charset = "utf-8-sig"
        try:
            return self.body.decode(charset, errors="replace")
        except (LookupError, ValueError):  # a charset nobody knows
            return self.body.decode("utf-8-sig", errors="replace")


@dataclass(frozen=True)
class _Request:
    method: str
    url: str
    timeout: timedelta
    max_bytes: int
    headers: Mapping[str, str]
    params: Mapping[str, str] | None = None
    payload: Mapping[str, Any] | None = None
    gate: Gate | None = None
    is_private: bool = False
    """Whether it carries what is meant for this host alone."""


@dataclass(frozen=True, eq=False, repr=False)
class Http:
    """A polite client on shared sessions; it opens and closes nothing itself."""

    outbound: Outbound
    _: KW_ONLY
    user_agent: str
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    attempts: int = 3

    async def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        accept: str | None = None,
        gate: Gate | None = None,
        timeout: timedelta = timedelta(seconds=20),  # noqa: ASYNC109  per attempt, not per call
        max_bytes: int = 20_000_000,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Return the 2xx answer of `url`; raise `HttpError` otherwise.

        Redirects are followed unless `headers` or the URL carry credentials. `timeout` is one
        attempt's, body included, the wait at the gate not; each attempt passes the gate anew.
        """
        return await self._request(
            _Request(
                "GET",
                url,
                timeout=timeout,
                max_bytes=max_bytes,
                headers=self._headers(accept, headers),
                params=params,
                gate=gate,
                is_private=bool(headers) or _has_account(url),
            )
        )

    async def post_json(
        self,
        url: str,
        payload: Mapping[str, Any],
        *,
        max_bytes: int = 20_000_000,
    ) -> Response:
        """Return the 2xx answer to `payload` as JSON. Retried like `get`: post what may repeat."""
        return await self._request(
            _Request(
                "POST",
                url,
                timeout=timedelta(seconds=20),
                max_bytes=max_bytes,
                headers=self._headers("application/json", None),
                payload=payload,
                gate=None,
                is_private=True,
            )
        )

    def _headers(self, accept: str | None, more: Mapping[str, str] | None) -> dict[str, str]:
        return {"User-Agent": self.user_agent, "Accept": accept or "*/*", **(more or {})}

    async def _request(self, request: _Request) -> Response:
        retrying = AsyncRetrying(
            sleep=self.sleep,
            retry=retry_if_exception(_may_pass),
            wait=_delay,
            stop=stop_after_attempt(self.attempts) | stop_before_delay(PATIENCE),
            before_sleep=_log_retry,
            reraise=True,
        )
        return await retrying(self._attempt, request)

    async def _attempt(self, request: _Request) -> Response:
        if request.gate is None:
            return await self._exchange(request)
        async with request.gate:
            return await self._exchange(request)

    async def _exchange(self, request: _Request) -> Response:
        """Send once; the one place where aiohttp's errors become ours.

        `from None` where aiohttp's text would quote the whole URL.
        """
        address, patience = _address(request.url), request.timeout.total_seconds()
        try:
            async with asyncio.timeout(patience):
                return await self._follow(request)
        except TimeoutError as error:
            raise Unreachable(address, f"no answer in {patience:g} s") from error
        except aiohttp.ClientConnectorDNSError as error:
            if isinstance(error.os_error, NotPublic):
                raise BadAddress(address, "not a public address") from None
            raise Unreachable(address, type(error).__name__) from error
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, OSError) as error:
            raise Unreachable(address, type(error).__name__) from error
        # Before ValueError, of which one of them is: a malformed answer, mostly.
        except aiohttp.ClientError as error:
            kind = BadAddress if isinstance(error, aiohttp.InvalidURL) else Unreachable
            raise kind(address, type(error).__name__) from None
        except ValueError as error:  # no URL, or a host name that no name server could know
            raise BadAddress(address, type(error).__name__) from None

    async def _follow(self, request: _Request) -> Response:
        """Ask, and ask where the answer points to, hop by hop."""
        url, params = URL(request.url), request.params
        for _ in range(1 + MOST_REDIRECTS):
            if not self.outbound.may_ask(url):
                raise BadAddress(_address(str(url)), "not a public http address")
            session = await self.outbound.session_to(url)
            async with session.request(
                request.method,
                url,
                params=params,
                json=request.payload,
                headers=request.headers,
                timeout=_CONNECTING,
                allow_redirects=False,
            ) as answer:
                target = _target(answer)
                if target is None:
                    return await _read(answer, request.max_bytes)
                answer.close()  # its body is nobody's, and may be endless
            if request.is_private:
                raise BadAddress(_address(request.url), "a redirect, which is not followed here")
            url, params = target, None
        raise BadAddress(_address(request.url), f"more than {MOST_REDIRECTS} redirects")


def _has_account(url: str) -> bool:
    try:
        return URL(url).raw_user is not None
    except ValueError:
        return False


def _target(answer: aiohttp.ClientResponse) -> URL | None:
    """Return where a redirect points to; None for any other answer. Raise `ValueError`."""
    location = answer.headers.get("Location")
    if answer.status not in _REDIRECTS or location is None:
        return None
    # An account that somebody else wrote into a URL is not ours to send.
    return answer.url.join(URL(location)).with_user(None).with_fragment(None)


async def _read(answer: aiohttp.ClientResponse, max_bytes: int) -> Response:
    address = _address(str(answer.url))
    if not 200 <= answer.status < 300:
        excerpt = (await answer.content.read(EXCERPT)).decode("utf-8", errors="replace")
        if not answer.content.at_eof():
            answer.close()
        raise BadStatus(address, answer.status, _retry_after(answer.headers), excerpt)
    body = bytearray()
    async for chunk in answer.content.iter_chunked(65_536):  # decompressed: a bomb counts too
        body += chunk
        if len(body) > max_bytes:
            answer.close()  # hang up; releasing would read on
            raise TooLarge(address, f"more than {max_bytes} bytes")
    content_type = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    url = str(answer.url.with_user(None))
    return Response(answer.status, url, content_type, answer.headers, bytes(body))


def _address(url: str) -> str:
    """Where a URL points, without anything secret."""
    try:
        parsed = URL(url)
    except ValueError:
        return "an address that cannot be read"
    return f"{parsed.scheme}://{parsed.host}{_port(parsed)}{parsed.path}"


def _port(url: URL) -> str:
    return "" if url.is_default_port() or url.port is None else f":{url.port}"


def _retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Retry-After in seconds or as a date; a date counts from the server's own `Date`."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value[:9]), 10**8))
    until, now = _http_date(value), _http_date(headers.get("Date", ""))
    if until is None or now is None:
        return None
    return max(until - now, timedelta(0))


def _http_date(value: str) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return parsed if parsed.tzinfo else None


def _may_pass(error: BaseException) -> bool:
    if isinstance(error, BadStatus):
        waits = error.retry_after is None or error.retry_after <= LONGEST_RETRY_AFTER
        return error.status in PASSING_STATUS and waits
    return isinstance(error, Unreachable)


def _delay(state: RetryCallState) -> float:
    """Seconds until the next attempt: what the server asked for, else up to 2 s, 4 s, 8 s ...

    Never earlier than asked; the jitter on top keeps our own tasks from coming back together.
    """
    error = _error_of(state)
    jitter = random.uniform(0.5, 1.0)
    if isinstance(error, BadStatus) and error.retry_after is not None:
        return error.retry_after.total_seconds() + jitter
    return float(2 ** min(state.attempt_number, 5)) * jitter


def _log_retry(state: RetryCallState) -> None:
    logger.info("%s; attempt %d follows", _error_of(state), state.attempt_number + 1)


def _error_of(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None
