import asyncio
import gzip
import socket
from datetime import timedelta

import pytest
from aiohttp import web

from core.fetch.gate import Gate
from core.fetch.http import BadAddress, BadStatus, Http, HttpError, TooLarge, Unreachable
from core.fetch.outbound import Outbound
from core.models.errors import PaperboyError
from tests.conftest import Handler, Serve


def answers(*responses: web.Response | int) -> tuple[Handler, list[web.Request]]:
    """A handler that gives these answers in turn (a number is a status), the last for ever."""
    seen: list[web.Request] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        seen.append(request)
        answer = responses[min(len(seen), len(responses)) - 1]
        if isinstance(answer, int):
            return web.Response(status=answer)
        # A Response cannot be sent twice.
        return web.Response(body=answer.body, status=answer.status, headers=answer.headers)

    return handler, seen


async def test_an_answer_is_read_whole_with_its_type(http: Http, serve: Serve) -> None:
    handler, seen = answers(web.Response(text="gr\xfc\xdfe", charset="latin-1"))
    base = await serve({"/a": handler})

    answer = await http.get(f"{base}/a", params={"q": "x y"}, accept="text/plain")

    assert (answer.status, answer.content_type, answer.text) == (200, "text/plain", "gr\xfc\xdfe")
    assert answer.url == f"{base}/a?q=x+y"
    assert seen[0].query["q"] == "x y"
    assert seen[0].headers["User-Agent"] == "paperboy-tests"
    assert seen[0].headers["Accept"] == "text/plain"


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"\xef\xbb\xbfbom", "text/plain", "bom"),
        (b"caf\xc3\xa9", "application/json", "café"),
        (b"bad \xff byte", "text/plain; charset=utf-8", "bad � byte"),
        (b"plain", "text/plain; charset=klingon", "plain"),
    ],
)
async def test_text_is_always_readable(
    http: Http, serve: Serve, body: bytes, content_type: str, expected: str
) -> None:
    handler, _ = answers(web.Response(body=body, headers={"Content-Type": content_type}))
    base = await serve({"/": handler})
    assert (await http.get(f"{base}/")).text == expected


async def test_redirects_are_followed(http: Http, serve: Serve) -> None:
    async def moved(request: web.Request) -> web.StreamResponse:
        raise web.HTTPMovedPermanently("/new/cs.CV+cs.LG")

    handler, seen = answers(web.Response(text="here"))
    base = await serve({"/old": moved, "/new/{tail}": handler})

    answer = await http.get(f"{base}/old")

    assert answer.text == "here"
    assert seen[0].path == "/new/cs.CV+cs.LG"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_what_may_pass_is_tried_again(
    http: Http, serve: Serve, waits: list[float], status: int
) -> None:
    handler, seen = answers(status, status, web.Response(text="fine"))
    base = await serve({"/": handler})

    assert (await http.get(f"{base}/")).text == "fine"

    assert len(seen) == 3
    assert 0 < waits[0] <= 2
    assert 0 < waits[1] <= 4


@pytest.mark.parametrize("status", [304, 400, 401, 403, 404, 406, 410, 501])
async def test_what_will_not_pass_is_not_tried_again(
    http: Http, serve: Serve, waits: list[float], status: int
) -> None:
    handler, seen = answers(status)
    base = await serve({"/": handler})

    with pytest.raises(BadStatus) as caught:
        await http.get(f"{base}/")

    assert caught.value.status == status
    assert len(seen) == 1
    assert waits == []


async def test_attempts_are_counted(http: Http, serve: Serve) -> None:
    handler, seen = answers(503)
    base = await serve({"/": handler})
    with pytest.raises(BadStatus):
        await http.get(f"{base}/")
    assert len(seen) == 3


async def test_a_short_retry_after_is_obeyed(http: Http, serve: Serve, waits: list[float]) -> None:
    handler, _ = answers(
        web.Response(status=503, headers={"Retry-After": "7"}), web.Response(text="fine")
    )
    base = await serve({"/": handler})
    await http.get(f"{base}/")
    assert 7 <= waits[0] <= 8


async def test_a_retry_after_date_counts_from_the_servers_own_clock(
    http: Http, serve: Serve, waits: list[float]
) -> None:
    clock_is_wrong = {
        "Date": "Mon, 01 Jan 2001 00:00:00 GMT",
        "Retry-After": "Mon, 01 Jan 2001 00:00:20 GMT",
    }
    handler, _ = answers(web.Response(status=429, headers=clock_is_wrong), web.Response())
    base = await serve({"/": handler})
    await http.get(f"{base}/")
    assert 20 <= waits[0] <= 21


@pytest.mark.parametrize("value", ["31", "86400", "999999999999999999999"])
async def test_a_long_retry_after_is_the_callers_to_plan(
    http: Http, serve: Serve, waits: list[float], value: str
) -> None:
    handler, seen = answers(web.Response(status=429, headers={"Retry-After": value}))
    base = await serve({"/": handler})

    with pytest.raises(BadStatus) as caught:
        await http.get(f"{base}/")

    assert caught.value.retry_after is not None
    assert caught.value.retry_after > timedelta(seconds=30)
    assert len(seen) == 1
    assert waits == []


@pytest.mark.parametrize("value", ["", "soon", "-5", "1.5", "Mon, 99 Foo 2001", "٣"])
async def test_a_senseless_retry_after_is_ignored(http: Http, serve: Serve, value: str) -> None:
    headers = {"Retry-After": value}
    handler, seen = answers(web.Response(status=429, headers=headers), web.Response())
    base = await serve({"/": handler})
    await http.get(f"{base}/")
    assert len(seen) == 2


async def test_a_refused_connection_is_tried_again_then_unreachable(
    http: Http, served: set[str], waits: list[float]
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    served.add(f"http://127.0.0.1:{port}")
    with pytest.raises(Unreachable):
        await http.get(f"http://127.0.0.1:{port}/")
    assert len(waits) == 2


async def test_a_body_cut_off_is_unreachable(http: Http, serve: Serve) -> None:
    async def cut_off(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"only this")
        assert request.transport
        request.transport.close()
        return response

    base = await serve({"/": cut_off})
    with pytest.raises(Unreachable):
        await http.get(f"{base}/")


async def test_a_slow_answer_times_out(http: Http, serve: Serve) -> None:
    async def slow(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(5)
        return web.Response()

    base = await serve({"/": slow})
    with pytest.raises(Unreachable, match=r"no answer in 0\.05 s"):
        await http.get(f"{base}/", timeout=timedelta(milliseconds=50))


async def test_a_body_beyond_the_limit_is_dropped_while_it_arrives(
    http: Http, serve: Serve, waits: list[float]
) -> None:
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while sent < 500_000_000:
            await response.write(b"x" * 100_000)
            sent += 100_000
        return response

    base = await serve({"/": endless})
    with pytest.raises(TooLarge):
        await http.get(f"{base}/", max_bytes=1_000_000)
    assert sent < 100_000_000
    assert waits == []


async def test_a_compressed_bomb_counts_unpacked(http: Http, serve: Serve) -> None:
    bomb = gzip.compress(b"0" * 5_000_000)
    assert len(bomb) < 10_000
    handler, _ = answers(web.Response(body=bomb, headers={"Content-Encoding": "gzip"}))
    base = await serve({"/": handler})
    with pytest.raises(TooLarge):
        await http.get(f"{base}/", max_bytes=100_000)


async def test_a_body_of_exactly_the_limit_is_fine(http: Http, serve: Serve) -> None:
    handler, _ = answers(web.Response(body=b"x" * 1000))
    base = await serve({"/": handler})
    assert len((await http.get(f"{base}/", max_bytes=1000)).body) == 1000


async def test_no_secret_of_an_address_gets_into_an_errors_text(http: Http, serve: Serve) -> None:
    async def to_nowhere(request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "http://me:hunter2@[bad/?key=hunter2"})

    async def round_and_round(request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "/round?key=hunter2"})

    handler, _ = answers(404)
    base = await serve({"/": handler, "/nowhere": to_nowhere, "/round": round_and_round})
    host = base.removeprefix("http://")
    urls = [
        f"http://me:hunter2@{host}/?key=hunter2",
        f"{base}/nowhere?key=hunter2",
        f"{base}/round",
        "http://me:hunter2@127.0.0.1:1/?key=hunter2",
        "http://me:hunter2@[bad?key=hunter2",
        "ftp://me:hunter2@127.0.0.1/?key=hunter2",
    ]
    for url in urls:
        with pytest.raises(HttpError) as caught:
            await http.get(url, params={"key": "hunter2"})
        error: BaseException | None = caught.value
        assert isinstance(error, PaperboyError)
        while error:  # as a traceback would print it
            assert "hunter2" not in f"{error} {error!r}", url
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


async def test_endless_redirects_are_no_reason_to_retry(
    http: Http, serve: Serve, waits: list[float]
) -> None:
    async def round_and_round(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/")

    base = await serve({"/": round_and_round})
    with pytest.raises(BadAddress):
        await http.get(f"{base}/")
    assert waits == []


async def test_post_json_sends_json_and_is_retried(http: Http, serve: Serve) -> None:
    bodies = []

    async def login(request: web.Request) -> web.StreamResponse:
        bodies.append(await request.json())
        return web.json_response({"token": "t"}, status=503 if len(bodies) == 1 else 200)

    base = await serve({"/login": login})
    answer = await http.post_json(f"{base}/login", {"id": "me"})
    assert answer.text == '{"token": "t"}'
    assert bodies == [{"id": "me"}, {"id": "me"}]


async def test_an_errors_body_can_be_looked_at(http: Http, serve: Serve) -> None:
    handler, _ = answers(web.Response(status=400, text="incorrect id"))
    base = await serve({"/": handler})
    with pytest.raises(BadStatus) as caught:
        await http.get(f"{base}/")
    assert caught.value.excerpt == "incorrect id"
    assert "incorrect id" not in str(caught.value)


async def test_each_attempt_passes_the_gate_anew(outbound: Outbound, serve: Serve) -> None:
    handler, _ = answers(503, 503, web.Response())
    base = await serve({"/": handler})
    story: list[str] = []

    async def sleep(seconds: float) -> None:
        story.append("retry" if seconds != 3 else "gate")

    gate = Gate(timedelta(seconds=3), clock=lambda: 0.0, sleep=sleep)
    await Http(outbound, user_agent="t", sleep=sleep).get(f"{base}/", gate=gate)
    assert story[:2] == ["retry", "gate"]
    assert story[2] == "retry"
