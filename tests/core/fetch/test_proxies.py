"""Which proxy leads where, and that clients really go that way."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from yarl import URL

from core.fetch.http import BadAddress, Http, Unreachable
from core.fetch.outbound import Outbound, trust_store
from core.fetch.proxies import Proxies, Proxy, parse_proxy
from tests.servers.certificates import certified
from tests.servers.proxies import WayOut, way_out


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://127.0.0.1:7890", "http://127.0.0.1:7890"),
        ("127.0.0.1:7890", "http://127.0.0.1:7890"),
        ("HTTP://Proxy.Example:3128/", "http://proxy.example:3128"),
        ("https://proxy.example", "https://proxy.example:443"),
        ("http://proxy.example", "http://proxy.example:80"),
        ("socks5://127.0.0.1:7891", "socks5://127.0.0.1:7891"),
        ("socks5h://127.0.0.1:7891", "socks5://127.0.0.1:7891"),
        ("socks://127.0.0.1:7891/", "socks5://127.0.0.1:7891"),
        ("socks5://localhost", "socks5://localhost:1080"),
        ("http://[::1]:7890", "http://[::1]:7890"),
        ("http://me:s3cret@127.0.0.1:7890", "http://127.0.0.1:7890"),
    ],
)
def test_a_proxys_address_is_read_and_shown_without_its_account(text: str, shown: str) -> None:
    proxy = parse_proxy(text)
    assert str(proxy) == shown
    assert "s3cret" not in f"{proxy} {proxy!r}"


def test_an_account_may_hold_anything() -> None:
    proxy = parse_proxy("socks5://m%65:p%40ss%3A%2F@h:1")
    assert (proxy.username, proxy.password) == ("me", SecretStr("p@ss:/"))
    assert (proxy.url.user, proxy.url.password) == ("me", "p@ss:/")


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "http://", "ftp://s3cret:1", "socks4://s3cret:1", "http://s3cret:99999",
        "http://s3cret:port", "http://:80", "http://[s3cret", "s3 cret:80", "http://s3cret:0",
        "http:\\\\s3cret:1", "://s3cret",
    ],
)  # fmt: skip
def test_what_is_no_proxy_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(ValueError, match="should be an address such as") as caught:
        parse_proxy(text)
    assert "s3cret" not in str(caught.value)


@given(st.text())
def test_any_text_is_a_proxy_or_a_value_error(text: str) -> None:
    try:
        proxy = parse_proxy(text)
    except ValueError as error:
        assert str(error).startswith("should be an address")  # noqa: PT017 - most texts raise
    else:
        assert proxy.host
        assert proxy.url.port


PROXY = Proxy("http", "proxy.example", 3128)


@pytest.mark.parametrize(
    ("no_proxy", "url", "is_direct"),
    [
        ("", "https://arxiv.org", False),
        ("*", "https://arxiv.org", True),
        ("arxiv.org", "https://arxiv.org", True),
        ("arxiv.org", "https://export.arxiv.org", True),
        (".arxiv.org", "https://export.arxiv.org", True),
        (".arxiv.org", "https://arxiv.org", True),
        ("*.arxiv.org", "https://export.arxiv.org", True),
        ("ARXIV.org", "https://Arxiv.ORG.", True),
        ("arxiv.org", "https://notarxiv.org", False),
        ("arxiv.org", "https://arxiv.org.evil.example", False),
        ("arxiv.org:443", "https://arxiv.org", True),
        ("arxiv.org:8080", "https://arxiv.org", False),
        ("10.0.0.0/8", "http://10.1.2.3", True),
        ("10.0.0.0/8", "http://11.1.2.3", False),
        ("10.0.0.0/8", "http://ten.example", False),
        ("192.168.1.5", "http://192.168.1.5:9000", True),
        ("fd00::/8", "http://[fd12::1]", True),
        ("[fd12::1]:80", "http://[fd12::1]", True),
        ("fd12::1", "http://[fd12::1]", True),
        ("nonsense/99", "http://10.1.2.3", False),
        (".", "https://arxiv.org", False),
        ("", "http://127.0.0.1:8000", True),
        ("", "http://localhost:8000", True),
        ("", "http://[::1]:8000", True),
        ("", "http://127.9.9.9", True),
    ],
)
def test_exceptions_are_curls_and_this_machine_is_always_one(
    no_proxy: str, url: str, is_direct: bool
) -> None:
    proxies = Proxies(https=PROXY, http=PROXY, exceptions=tuple(filter(None, [no_proxy])))
    assert (proxies.to(URL(url)) is None) is is_direct


def test_each_scheme_has_its_proxy() -> None:
    proxies = Proxies(https=PROXY)
    assert proxies.to(URL("https://arxiv.org")) is PROXY
    assert proxies.to(URL("http://arxiv.org")) is None


@pytest.fixture
async def secure(tmp_path: Path) -> AsyncIterator[tuple[str, Path]]:
    """A TLS server that says which name it was asked by; with the file that says to trust it."""

    async def handler(request: web.Request) -> web.Response:
        if request.path == "/away":
            return web.Response(status=302, headers={"Location": request.query["to"]})
        return web.Response(text=f"{request.scheme} {request.host}")

    app = web.Application()
    app.router.add_get("/{tail:.*}", handler)
    server = TestServer(app, host="127.0.0.1", scheme="https")
    context, trusted = certified(tmp_path, "secure.test")
    await server.start_server(ssl=context)
    yield f"127.0.0.1:{server.port}", trusted
    await server.close()


def outbound_via(way: WayOut, trusted: Path | None = None) -> Outbound:
    proxy = parse_proxy(way.url)
    return Outbound(Proxies(https=proxy, http=proxy), trust=trust_store(trusted))


async def no_sleep(seconds: float) -> None:
    """Nobody waits here."""


@pytest.mark.parametrize("account", [None, ("me", "p@ss:/")])
@pytest.mark.parametrize("kind", ["http", "socks5"])
async def test_tls_goes_through_the_proxy_which_alone_knows_the_name(
    secure: tuple[str, Path], kind: str, account: tuple[str, str] | None
) -> None:
    at, trusted = secure
    async with way_out(kind, WayOut({"secure.test": at}, account)) as way:
        if account:
            way.url = way.url.replace("://", "://me:p%40ss%3A%2F@")
        async with outbound_via(way, trusted) as outbound:
            http = Http(outbound, user_agent="tests", sleep=no_sleep)
            assert (await http.get("https://secure.test/")).text == "https secure.test"
            # A name through a proxy is judged as a name, a literal as an address.
            for target in ("https://127.0.0.1/", "https://10.0.0.1/", "https://nas.local/"):
                with pytest.raises(BadAddress):
                    await http.get("https://secure.test/away", params={"to": target})
        verb = {"http": "CONNECT", "socks5": "SOCKS5"}[kind]
        assert set(way.log) == {f"{verb} secure.test:443"}


@pytest.mark.parametrize("kind", ["http", "socks5"])
async def test_who_is_not_trusted_is_not_spoken_to(secure: tuple[str, Path], kind: str) -> None:
    at, _ = secure
    async with way_out(kind, WayOut({"secure.test": at})) as way, outbound_via(way) as outbound:
        with pytest.raises(Unreachable):
            await Http(outbound, user_agent="tests", sleep=no_sleep).get("https://secure.test/")


@pytest.mark.parametrize("kind", ["http", "socks5"])
@pytest.mark.parametrize("url", ["http://plain.test/", "https://plain.test/"])
async def test_what_a_proxy_refuses_is_unreachable_and_its_password_nowhere(
    kind: str, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    async with way_out(kind, WayOut({}, ("me", "right"))) as way:
        way.url = way.url.replace("://", "://me:hunter2@")
        async with outbound_via(way) as outbound:
            with pytest.raises(Exception, match=r"plain\.test") as caught:
                await Http(outbound, user_agent="tests", sleep=no_sleep).get(url)
    error: BaseException | None = caught.value
    while error:
        assert "hunter2" not in f"{error} {error!r} {error.__dict__}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    assert "hunter2" not in caplog.text


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "socks5://127.0.0.1:9"])
async def test_a_dead_proxy_is_like_a_dead_host(url: str) -> None:
    proxy = parse_proxy(url)
    async with Outbound(Proxies(https=proxy, http=proxy)) as outbound:
        for scheme in ("http", "https"):
            session = await outbound.session_to(URL(f"{scheme}://arxiv.org"))
            with pytest.raises(aiohttp.ClientProxyConnectionError):
                await session.get(f"{scheme}://arxiv.org/")
