"""Whom a server on this machine answers: programs that found it here and its own page, nobody else.

Any web page can make the browser on this machine send requests to loopback, and can even read the
answers when its own name is made to lead here (DNS rebinding). What it cannot do is choose the
headers Host, Origin and Sec-Fetch-Site.
"""

import secrets
from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
NAMES = ("127.0.0.1", "localhost", "[::1]")
HEADERS = {
    # A second lock behind "never innerHTML": nothing foreign is loaded, nothing inline is run,
    # and no other page may frame this one.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


def protect(app: web.Application) -> None:
    """Have an application refuse every request that another page made."""
    app.middlewares.append(_local_only)
    app.on_response_prepare.append(_add_headers)


@web.middleware
async def _local_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    host = _own_host(request)
    if host is None:
        raise web.HTTPForbidden(text="this server goes by the name of this machine only")
    if request.headers.get(hdrs.ORIGIN, f"http://{host}") != f"http://{host}":
        raise web.HTTPForbidden(text="another page may not ask this server")
    site = request.headers.get("Sec-Fetch-Site", "none")
    if site not in ("none", "same-origin") and not _is_followed_link(request):
        raise web.HTTPForbidden(text="another page may not ask this server")
    return await handler(request)


def _own_host(request: web.Request) -> str | None:
    """Return the Host header if it names this machine and the port that was reached."""
    asked = request.headers.getall(hdrs.HOST, [])
    if len(asked) != 1 or request.transport is None:
        return None
    port = request.transport.get_extra_info("sockname")[1]
    host = asked[0].lower()
    return host if host in [f"{name}:{port}" for name in NAMES] else None


def _is_followed_link(request: web.Request) -> bool:
    """Whether somebody opens the front page by a link elsewhere, which shows them only the page."""
    sent = request.headers
    navigates = (sent.get("Sec-Fetch-Mode"), sent.get("Sec-Fetch-Dest")) == ("navigate", "document")
    return navigates and request.method == hdrs.METH_GET and request.path == "/"


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)


class PageKey:
    """A secret of this start, which the front page leaves in the browser and requests bring back.

    A cookie, since pictures and downloads cannot carry a header of ours; `SameSite=Strict`, so
    that no other page's request brings it along.
    """

    def __init__(self) -> None:
        self._key = secrets.token_urlsafe(24)

    def give(self, request: web.Request, response: web.Response) -> None:
        response.set_cookie(
            _cookie(request), self._key, path="/play", httponly=True, samesite="Strict"
        )

    def needed(self, handler: Handler) -> Handler:
        """Return the handler, refusing who has not the key."""

        async def checked(request: web.Request) -> web.StreamResponse:
            brought = request.cookies.get(_cookie(request), "")
            if not secrets.compare_digest(brought.encode(errors="replace"), self._key.encode()):
                raise web.HTTPForbidden(text="open the playground's page first")
            return await handler(request)

        return checked


def _cookie(request: web.Request) -> str:
    """Return the cookie's name: browsers share cookies between the ports of a machine."""
    return f"playground-{request.host.rpartition(':')[2]}"
