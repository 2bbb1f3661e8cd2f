import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from core.fetch import Skipped
from core.fetch.http import Http
from core.fetch.huggingface import HuggingFaceOptions, HuggingFaceSource
from core.models.errors import SourceBusy, SourceError
from core.models.paper_id import PaperRef
from tests.conftest import Handler, Serve
from tests.fakes import tools

FRIDAY = date(2026, 6, 12)
NOON_LATER = datetime(2026, 6, 20, 12, tzinfo=UTC)


class Api:
    """A daily_papers endpoint: bodies by day (bytes, items, or a status), requests remembered."""

    def __init__(self, days: dict[date, Any]) -> None:
        self.days = days
        self.queries: list[dict[str, str]] = []

    async def daily(self, request: web.Request) -> web.StreamResponse:
        self.queries.append(dict(request.query))
        answer = self.days.get(date.fromisoformat(request.query["date"]), [])
        if isinstance(answer, int):
            return web.Response(status=answer, headers={"Retry-After": "90"})
        if isinstance(answer, bytes):
            return web.Response(body=answer, content_type="application/json")
        start = int(request.query["p"]) * int(request.query["limit"])
        return web.json_response(answer[start : start + int(request.query["limit"])])


async def source(
    http: Http, serve: Serve, api: Api, *, top: int = 15, now: datetime = NOON_LATER
) -> HuggingFaceSource:
    base = await serve({"/api/daily_papers": api.daily})
    return HuggingFaceSource(
        tools(http, lambda: now), HuggingFaceOptions(hf_endpoint=f"{base}/", hf_top=top)
    )


def item(id: str, *, upvotes: int | None = 0, **paper: Any) -> dict[str, Any]:
    return {"paper": {"id": id, "title": f"Title {id}", "upvotes": upvotes, **paper}}


async def test_a_recorded_day_is_read_whole_and_sorted_by_upvotes(
    http: Http, serve: Serve, recorded: Callable[[str], bytes]
) -> None:
    api = Api({FRIDAY: json.loads(recorded("huggingface/daily_papers_2026-06-12.json"))})

    listing = await (await source(http, serve, api, top=4)).fetch([FRIDAY])

    assert [(p.id, p.upvotes) for p in listing.papers] == [
        ("2606.13681", 118),
        ("2606.13392", 103),
        ("2606.08063", 74),
        ("2606.13106", 18),
    ]
    assert (listing.read, listing.label, listing.skipped) == ((FRIDAY,), "Top 4", ())
    second = listing.papers[1]
    assert second.code_url == "https://github.com/MiniMax-AI/MSA"
    assert (second.stars, second.comments, second.listed) == (251, 4, FRIDAY)
    assert second.published == date(2026, 6, 11)
    assert second.sources == ("huggingface",)
    assert second.organization
    assert second.authors
    assert second.keywords
    assert second.abstract
    assert api.queries == [{"date": "2026-06-12", "limit": "100", "p": "0"}]


async def test_among_equal_upvotes_the_earlier_submission_leads(http: Http, serve: Serve) -> None:
    newest_first = [
        item("2606.00003", upvotes=5),
        item("2606.00002"),
        item("2606.00001", upvotes=5),
    ]
    listing = await (await source(http, serve, Api({FRIDAY: newest_first}))).fetch([FRIDAY])
    assert [p.id for p in listing.papers] == ["2606.00001", "2606.00003", "2606.00002"]


async def test_pages_are_read_on_while_they_are_full(http: Http, serve: Serve) -> None:
    items = [item(f"2606.{n:05}", upvotes=n) for n in range(1, 231)]
    api = Api({FRIDAY: items})
    listing = await (await source(http, serve, api, top=3)).fetch([FRIDAY])
    assert [p.upvotes for p in listing.papers] == [230, 229, 228]
    assert [query["p"] for query in api.queries] == ["0", "1", "2"]


async def test_a_mirror_that_repeats_its_page_does_not_loop_for_ever(
    http: Http, serve: Serve
) -> None:
    page = json.dumps([item(f"2606.{n:05}") for n in range(1, 101)]).encode()
    api = Api({FRIDAY: page})
    listing = await (await source(http, serve, api, top=100)).fetch([FRIDAY])
    assert len(listing.papers) == 100
    assert len(api.queries) == 10


NESTED = {"id": "2606.00001", "title": "A title"}


@pytest.mark.parametrize(
    "sent",
    [
        {"paper": NESTED, "githubRepo": "https://github.com/a/b", "githubStars": 3},
        {"paper": {**NESTED, "githubRepo": "https://github.com/a/b", "githubStars": 3}},
        {**NESTED, "githubRepo": "https://github.com/a/b", "githubStars": 3},
        {
            "paper": {**NESTED, "githubRepo": None},
            "githubRepo": "https://github.com/a/b",
            "githubStars": "3",
        },
        {"paper": None, **NESTED, "githubRepo": "https://github.com/a/b", "githubStars": 3},
    ],
)
async def test_a_field_may_sit_on_either_level(http: Http, serve: Serve, sent: Any) -> None:
    listing = await (await source(http, serve, Api({FRIDAY: [sent]}))).fetch([FRIDAY])
    (paper,) = listing.papers
    assert (paper.title, paper.code_url, paper.stars) == ("A title", "https://github.com/a/b", 3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"upvotes": "many"},
        {"upvotes": -3},
        {"upvotes": 10**30},
        {"githubStars": {}},
        {"githubRepo": "javascript:alert(1)"},
        {"projectPage": ["x"]},
        {"authors": "Ada"},
        {"authors": [None, 3, {"name": None}, {}]},
        {"organization": 7},
        {"organization": {"name": None}},
        {"ai_keywords": {"a": 1}},
        {"ai_keywords": [1, None]},
        {"publishedAt": "yesterday"},
        {"summary": 5},
    ],
)
async def test_a_wrong_optional_field_costs_only_itself(
    http: Http, serve: Serve, wrong: dict[str, Any]
) -> None:
    api = Api({FRIDAY: [item("2606.00001") | {"title": None}, item("2606.00002", **wrong)]})
    listing = await (await source(http, serve, api)).fetch([FRIDAY])
    assert {p.id for p in listing.papers} == {"2606.00001", "2606.00002"}
    damaged = next(p for p in listing.papers if p.id == "2606.00002")
    assert damaged.model_dump(exclude={"upvotes"}) == {
        **damaged.model_dump(exclude={"upvotes"}),
        "authors": (),
        "organization": None,
        "keywords": (),
        "code_url": None,
        "stars": None,
        "project_url": None,
        "published": None,
        "abstract": "",
    }
    assert damaged.upvotes in (None, 0)


async def test_authors_and_organizations_come_in_two_shapes(http: Http, serve: Serve) -> None:
    api = Api(
        {
            FRIDAY: [
                item("2606.00001", authors=["Ada", {"name": "Alan"}, None], organization="Lab"),
                item("2606.00002", organization={"name": "lab", "fullname": "The Lab"}),
                item("2606.00003", organization={"name": "lab"}),
            ]
        }
    )
    listing = await (await source(http, serve, api)).fetch([FRIDAY])
    third, second, first = listing.papers
    assert (first.authors, first.organization) == (("Ada", "Alan"), "Lab")
    assert (second.organization, third.organization) == ("The Lab", "lab")


async def test_an_item_that_makes_no_sense_is_skipped_and_counted(http: Http, serve: Serve) -> None:
    sent = [None, 3, [], {}, {"paper": {"id": "not-an-id", "title": "T"}}, item("2606.00001")]
    sent += [{"paper": {"id": "2606.00002", "title": " "}}, {"paper": {"id": "2606.00003"}}]
    listing = await (await source(http, serve, Api({FRIDAY: sent}))).fetch([FRIDAY])
    assert [p.id for p in listing.papers] == ["2606.00001"]
    assert listing.skipped == (
        Skipped("#1", "not an object"),
        Skipped("#2", "not an object"),
        Skipped("#3", "not an object"),
        Skipped("#4", "no arXiv id"),
        Skipped("not-an-id", "no arXiv id"),
        Skipped("2606.00002", "no title"),
        Skipped("2606.00003", "no title"),
    )


async def test_huge_and_unstorable_texts_are_cut_and_cleaned(http: Http, serve: Serve) -> None:
    huge = item("2606.00001", summary="long " * 20_000, title="T " * 5_000)
    body = json.dumps([huge, item("2606.00002", summary="a\ud800b\x00c\nd")]).encode()
    listing = await (await source(http, serve, Api({FRIDAY: body}))).fetch([FRIDAY])
    second, first = listing.papers
    assert (len(first.abstract), len(first.title)) == (20_000, 500)
    second.model_dump_json().encode()


@pytest.mark.parametrize(
    "body",
    [
        b'[{"paper": {"id": "2606.00001", "ti',
        b"<html><body>We are down</body></html>",
        b'{"error": "Invalid date"}',
        b"",
        b"\xff\xfe\x00",
        b"[" * 200_000,
        b"null",
        500,
        404,
    ],
)
async def test_a_broken_day_fails_alone(http: Http, serve: Serve, body: bytes | int) -> None:
    thursday = FRIDAY - timedelta(days=1)
    api = Api({thursday: [item("2606.00009")], FRIDAY: body})

    listing = await (await source(http, serve, api)).fetch([thursday, FRIDAY])

    assert (listing.read, listing.failed) == ((thursday,), (FRIDAY,))
    assert [p.id for p in listing.papers] == ["2606.00009"]


async def test_when_no_day_can_be_read_the_source_has_failed(http: Http, serve: Serve) -> None:
    api = Api({FRIDAY: b"<html>"})
    with pytest.raises(SourceError, match="not JSON"):
        await (await source(http, serve, api)).fetch([FRIDAY])


async def test_too_many_requests_is_busy_and_says_until_when(http: Http, serve: Serve) -> None:
    api = Api({FRIDAY: 429, FRIDAY - timedelta(days=1): 500})
    with pytest.raises(SourceBusy) as caught:
        await (await source(http, serve, api)).fetch([FRIDAY - timedelta(days=1), FRIDAY])
    assert caught.value.retry_after == timedelta(seconds=90)


async def test_newest_day_comes_first_and_a_paper_may_be_on_two(http: Http, serve: Serve) -> None:
    thursday = FRIDAY - timedelta(days=1)
    again, other = item("2606.00001", upvotes=2), item("2606.00002", upvotes=1)
    api = Api({thursday: [item("2606.00001", upvotes=9)], FRIDAY: [again, other]})
    listing = await (await source(http, serve, api)).fetch([thursday, FRIDAY])
    assert [(p.listed, p.upvotes) for p in listing.papers] == [
        (FRIDAY, 2), (FRIDAY, 1), (thursday, 9)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # (read, quiet, young) of Friday to Monday
        ("2026-06-13T12:00:00+00:00", ([12, 13], [13], [14, 15])),  # Saturday repeats Friday
        ("2026-06-15T12:00:00+00:00", ([12, 13, 14], [13, 14], [15])),  # Monday still does
        ("2026-06-16T12:00:00+00:00", ([12, 13, 14, 15], [13, 14], [])),  # and never had its own
    ],
)
async def test_an_earlier_list_under_a_new_date_is_no_list(
    http: Http, serve: Serve, now: str, expected: tuple[list[int], list[int], list[int]]
) -> None:
    stale = [item("2606.00001", upvotes=9), item("2606.00002", upvotes=3)]
    days = [FRIDAY + timedelta(days=n) for n in range(4)]
    api = Api(dict.fromkeys(days, stale))
    reader = await source(http, serve, api, now=datetime.fromisoformat(now))
    listing = await reader.fetch(days)
    kept = (listing.read, listing.quiet, listing.young)
    assert tuple([day.day for day in found] for found in kept) == expected
    assert {paper.listed for paper in listing.papers} == {FRIDAY}


@pytest.mark.parametrize(
    ("day", "now", "expected"),
    [
        # (read, quiet, young)
        ("2026-06-12", "2026-06-12T00:30:00+00:00", (0, 0, 1)),  # Friday has just begun
        ("2026-06-12", "2026-06-13T00:30:00+00:00", (1, 0, 0)),  # it is over: nobody submitted
        ("2026-06-13", "2026-06-13T09:00:00+00:00", (1, 1, 0)),  # Saturday
        ("2026-06-14", "2026-06-16T09:00:00+00:00", (1, 1, 0)),  # Sunday
        ("2026-06-15", "2026-06-14T23:00:00+00:00", (0, 0, 1)),  # tomorrow
        ("2026-06-15", "2026-06-15T07:59:00+08:00", (0, 0, 1)),  # Monday in China, not yet in UTC
    ],
)
async def test_an_empty_list_is_told_apart_by_its_day(
    http: Http, serve: Serve, day: str, now: str, expected: tuple[int, int, int]
) -> None:
    reader = await source(http, serve, Api({}), now=datetime.fromisoformat(now))
    listing = await reader.fetch([date.fromisoformat(day)])
    assert (len(listing.read), len(listing.quiet), len(listing.young)) == expected
    assert not listing.failed


async def test_the_next_list_after_a_quiet_weekend_is_mondays(http: Http, serve: Serve) -> None:
    reader = await source(http, serve, Api({}))
    assert (await reader.fetch([date(2026, 6, 13)])).next_list == date(2026, 6, 15)


async def test_a_list_is_settled_a_day_after_its_day(http: Http) -> None:
    reader = HuggingFaceSource(tools(http, lambda: NOON_LATER), HuggingFaceOptions())
    assert not reader.is_settled(FRIDAY, datetime(2026, 6, 13, 23, 59, tzinfo=UTC))
    assert reader.is_settled(FRIDAY, datetime(2026, 6, 14, tzinfo=UTC))


def page(body: Any, status: int = 200) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.json_response(body, status=status)

    return handler


async def test_one_paper_can_be_looked_up(http: Http, serve: Serve) -> None:
    sent = {**NESTED, "upvotes": 12, "githubRepo": "https://github.com/a/b"}
    base = await serve(
        {
            "/api/papers/2606.00001": page(sent),
            "/api/papers/2606.00002": page({"error": "not found"}, 404),
            "/api/papers/2606.00003": page({"hello": "world"}),
            "/api/papers/2606.00004": page({}, 429),
        }
    )
    reader = HuggingFaceSource(
        tools(http, lambda: NOON_LATER), HuggingFaceOptions(hf_endpoint=base)
    )

    paper = await reader.lookup(PaperRef("2606.00001"))

    assert paper
    assert (paper.upvotes, paper.code_url, paper.listed) == (12, "https://github.com/a/b", None)
    assert await reader.lookup(PaperRef("2606.00002")) is None
    assert await reader.lookup(PaperRef("openreview:06YyNxzwae")) is None  # not asked for
    with pytest.raises(SourceError, match="makes no sense"):
        await reader.lookup(PaperRef("2606.00003"))
    with pytest.raises(SourceBusy):
        await reader.lookup(PaperRef("2606.00004"))
