import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from core.fetch import Skipped
from core.fetch.http import Http
from core.fetch.openreview import OpenReviewOptions, OpenReviewSource
from core.models.errors import SourceBusy, SourceError, SourceOff
from tests.conftest import Serve
from tests.fakes import tools

DAY = date(2026, 6, 12)
NOW = datetime(2026, 6, 12, 9, tzinfo=UTC)


def ms(day: date, hour: int = 12) -> int:
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=UTC).timestamp() * 1000)


def note(id: str, *, cdate: int | None = ms(DAY), **content: Any) -> dict[str, Any]:
    fields = {"title": f"Title {id}", **content}
    return {"id": id, "cdate": cdate, "content": {k: {"value": v} for k, v in fields.items()}}


class Api:
    """API v2: a login and notes by venue (a list, bytes, or a status)."""

    def __init__(self, venues: dict[str, Any], *, password: str | None = None) -> None:
        self.venues = venues
        self.password = password
        self.queries: list[dict[str, str]] = []
        self.login_status: int | None = None

    async def login(self, request: web.Request) -> web.StreamResponse:
        if self.login_status:
            return web.Response(status=self.login_status)
        if (await request.json()) != {"id": "me", "password": self.password}:
            return web.json_response({"message": "Invalid username or password"}, status=400)
        return web.json_response({"token": "t0k", "user": {}})

    async def notes(self, request: web.Request) -> web.StreamResponse:
        self.queries.append(dict(request.query))
        if self.password and request.headers.get("Authorization") != "Bearer t0k":
            return web.json_response({"name": "ForbiddenError"}, status=403)
        answer = self.venues[request.query["invitation"].removesuffix("/-/Submission")]
        if isinstance(answer, int):
            return web.Response(status=answer, headers={"Retry-After": "1800"})
        if isinstance(answer, bytes):
            return web.Response(body=answer)
        offset = int(request.query["offset"])
        notes = answer[offset : offset + int(request.query["limit"])]
        return web.json_response({"notes": notes, "count": len(answer)})


async def source(
    http: Http, serve: Serve, api: Api, *, username: str = "", password: str = ""
) -> OpenReviewSource:
    base = await serve({"/login": api.login, "/notes": api.notes})
    options = OpenReviewOptions(
        openreview_endpoint=base,
        openreview_venues=tuple(api.venues) or ("V",),
        openreview_username=username,
        openreview_password=SecretStr(password) if password else None,
    )
    return OpenReviewSource(tools(http, lambda: NOW), options)


async def test_notes_become_papers(
    http: Http, serve: Serve, recorded: Callable[[str], bytes]
) -> None:
    notes = json.loads(recorded("openreview/v2_notes_corl2025_reassembled.json"))["notes"]
    for sent in notes:
        sent["cdate"] = ms(DAY)
    api = Api({"robot-learning.org/CoRL/2025/Conference": notes})

    listing = await (await source(http, serve, api)).fetch([DAY])

    paper = listing.papers[0]
    assert paper.id == "openreview:06YyNxzwae"
    assert paper.title.startswith("Fail2Progress: Learning from Real-World Robot Failures")
    assert paper.authors[0] == "Yixuan Huang"
    assert paper.keywords[0] == "Learning from failures"
    assert (paper.venue, paper.listed) == ("CoRL 2025 Poster", DAY)
    assert paper.sources == ("openreview",)
    assert len(listing.papers) == 3
    assert listing.read == (DAY,)
    assert api.queries == [
        {
            "invitation": "robot-learning.org/CoRL/2025/Conference/-/Submission",
            "mintcdate": str(ms(DAY, 0)),
            "sort": "cdate:desc",
            "limit": "1000",
            "offset": "0",
        }
    ]


async def test_fields_may_come_without_their_value_wrapper(http: Http, serve: Serve) -> None:
    plain = {"id": "aaaa", "cdate": ms(DAY), "content": {"title": "Plain", "keywords": ["a", 3]}}
    listing = await (await source(http, serve, Api({"V": [plain]}))).fetch([DAY])
    assert (listing.papers[0].title, listing.papers[0].keywords) == ("Plain", ("a",))


async def test_an_account_logs_in_first(http: Http, serve: Serve) -> None:
    api = Api({"V": [note("aaaa")]}, password="pw")
    reader = await source(http, serve, api, username="me", password="pw")
    assert len((await reader.fetch([DAY])).papers) == 1


async def test_without_an_account_a_closed_door_is_off_not_broken(http: Http, serve: Serve) -> None:
    with pytest.raises(SourceOff, match="without an account"):
        await (await source(http, serve, Api({"V": []}, password="pw"))).fetch([DAY])


async def test_a_wrong_password_is_told_in_clear_words_without_showing_it(
    http: Http, serve: Serve
) -> None:
    api = Api({"V": []}, password="pw")
    reader = await source(http, serve, api, username="me", password="hunter2")
    with pytest.raises(SourceError, match="login refused; check OPENREVIEW_USERNAME") as caught:
        await reader.fetch([DAY])
    assert not isinstance(caught.value, SourceOff)
    assert "hunter2" not in str(caught.value)


async def test_a_login_that_is_down_is_not_taken_for_a_wrong_password(
    http: Http, serve: Serve
) -> None:
    api = Api({"V": []}, password="pw")
    api.login_status = 500
    reader = await source(http, serve, api, username="me", password="pw")
    with pytest.raises(SourceError, match="HTTP 500"):
        await reader.fetch([DAY])


async def test_a_forbidden_venue_with_an_account_is_an_error(http: Http, serve: Serve) -> None:
    api = Api({"V": 403}, password="pw")
    reader = await source(http, serve, api, username="me", password="pw")
    with pytest.raises(SourceError) as caught:
        await reader.fetch([DAY])
    assert not isinstance(caught.value, SourceOff)


async def test_a_rate_limit_is_busy_and_stops_the_other_venues(http: Http, serve: Serve) -> None:
    api = Api({"V": 429, "W": [note("aaaa")]})
    with pytest.raises(SourceBusy) as caught:
        await (await source(http, serve, api)).fetch([DAY])
    assert caught.value.retry_after == timedelta(minutes=30)
    assert len(api.queries) == 1


async def test_withdrawn_and_rejected_notes_are_left_out(http: Http, serve: Serve) -> None:
    api = Api(
        {
            "V": [
                note("aaaa", venue="ICLR 2026 Conference Withdrawn Submission"),
                note("bbbb", venueid="ICLR.cc/2026/Conference/Desk_Rejected_Submission"),
                note("cccc", venue="Submitted to ICLR 2026"),
                note("dddd") | {"ddate": ms(DAY)},
            ]
        }
    )
    listing = await (await source(http, serve, api)).fetch([DAY])
    assert [p.id for p in listing.papers] == ["openreview:cccc"]
    assert listing.skipped == ()


async def test_what_makes_no_sense_is_skipped_and_counted(http: Http, serve: Serve) -> None:
    sent = [7, {"id": "!"}, {"content": {}}, note("aaaa", title=" "), {"id": "bbbb"}, note("cccc")]
    listing = await (await source(http, serve, Api({"V": sent}))).fetch([DAY])
    assert [p.id for p in listing.papers] == ["openreview:cccc"]
    assert listing.skipped == (
        Skipped("V#1", "not an object"),
        Skipped("V#2", "no id"),
        Skipped("V#3", "no id"),
        Skipped("openreview:aaaa", "no title"),
        Skipped("openreview:bbbb", "no title"),
    )


async def test_the_creation_time_decides_the_day(http: Http, serve: Serve) -> None:
    api = Api(
        {
            "V": [
                note("aaaa", cdate=ms(DAY, 23)),
                note("bbbb", cdate=ms(DAY + timedelta(days=1), 0)),
                note("cccc", cdate=ms(DAY, 0) - 1),
                note("dddd", cdate=None),  # not older than what was asked for, that is all
            ]
        }
    )
    listing = await (await source(http, serve, api)).fetch([DAY])
    assert [(p.id, p.listed) for p in listing.papers] == [
        ("openreview:aaaa", DAY),
        ("openreview:dddd", None),
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"arxiv": "https://arxiv.org/abs/2602.20981v2"}, "2602.20981"),
        ({"arxiv_id": "2602.20981"}, "2602.20981"),
        ({"pdf": "https://arxiv.org/pdf/2602.20981.pdf"}, "2602.20981"),
        ({"pdf": "/pdf/9199a57a.pdf"}, "openreview:aaaa"),
        ({"abstract": "We extend arXiv:2602.20981."}, "openreview:aaaa"),  # somebody else's
        ({"arxiv": "soon"}, "openreview:aaaa"),
    ],
)
async def test_the_papers_own_arxiv_id_is_used(
    http: Http, serve: Serve, content: dict[str, str], expected: str
) -> None:
    api = Api({"V": [note("aaaa", **content)]})
    listing = await (await source(http, serve, api)).fetch([DAY])
    assert [p.id for p in listing.papers] == [expected]


async def test_pages_are_read_on_while_they_are_full(http: Http, serve: Serve) -> None:
    api = Api({"V": [note(f"id{n:05}") for n in range(2_100)]})
    listing = await (await source(http, serve, api)).fetch([DAY])
    assert len(listing.papers) == 2_100
    assert [query["offset"] for query in api.queries] == ["0", "1000", "2000"]


@pytest.mark.parametrize("broken", [b"<html>", b"[]", b'{"notes": 3}', b'{"notes": [', 404, 500])
async def test_a_venue_that_fails_is_named_and_the_day_is_asked_for_again(
    http: Http, serve: Serve, broken: Any
) -> None:
    api = Api({"V": broken, "W": [note("aaaa")]})
    listing = await (await source(http, serve, api)).fetch([DAY])
    assert [p.id for p in listing.papers] == ["openreview:aaaa"]
    assert [item.item for item in listing.skipped] == ["V"]
    assert (listing.read, listing.failed) == ((), (DAY,))


async def test_when_every_venue_fails_the_source_has(http: Http, serve: Serve) -> None:
    with pytest.raises(SourceError):
        await (await source(http, serve, Api({"V": b"<html>", "W": 404}))).fetch([DAY])


async def test_a_day_is_settled_when_it_is_over(http: Http, serve: Serve) -> None:
    reader = await source(http, serve, Api({"V": []}))
    assert not reader.is_settled(DAY, datetime(2026, 6, 13, 0, 30, tzinfo=UTC))
    assert reader.is_settled(DAY, datetime(2026, 6, 13, 1, tzinfo=UTC))
    tomorrow = DAY + timedelta(days=1)
    assert (await reader.fetch([DAY, tomorrow])).young == (tomorrow,)
