from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from core.fetch.arxiv import ArxivOptions, ArxivSource
from core.fetch.gate import Gate
from core.fetch.http import Http
from core.models.errors import SourceBusy, SourceError
from core.models.paper_id import PaperRef
from tests.conftest import Serve
from tests.fakes import tools

THURSDAY, FRIDAY, SATURDAY = date(2026, 3, 12), date(2026, 3, 13), date(2026, 3, 14)
FRIDAY_NOON = datetime(2026, 3, 13, 16, tzinfo=UTC)
NEXT_WEEK = datetime(2026, 3, 20, 16, tzinfo=UTC)


def atom(ids: list[str], *, total: int | None = None) -> bytes:
    """A page of the query API with these papers."""
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/{id}v2</id><title>Title {id}</title>"
        f"<summary>Abstract {id}</summary><published>2026-03-12T09:00:00Z</published>"
        "<author><name>Ada Lovelace</name></author><author><name>A. Turing</name></author>"
        '<category term="cs.CV"/><arxiv:comment>CVPR</arxiv:comment></entry>'
        for id in ids
    )
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"'
        ' xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"><title>q</title>'
        f"<opensearch:totalResults>{len(ids) if total is None else total}"
        f"</opensearch:totalResults>{entries}</feed>"
    ).encode()


def rss(day: date, items: dict[str, str]) -> bytes:
    """An announcement feed of `day`, from {id: announce type}."""
    entries = "".join(
        f"<item><title>Feed title {id}</title><guid>oai:arXiv.org:{id}v1</guid>"
        f"<description>arXiv:{id}v1 Announce Type: {kind}\nAbstract: From the feed.</description>"
        f"<arxiv:announce_type>{kind}</arxiv:announce_type><dc:creator>B, C</dc:creator>"
        f"<dc:rights>licence-{id}</dc:rights></item>"
        for id, kind in items.items()
    )
    return (
        '<rss version="2.0" xmlns:arxiv="http://arxiv.org/schemas/atom"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>t</title>'
        f"<pubDate>{day:%a, %d %b %Y} 00:00:00 -0400</pubDate>{entries}</channel></rss>"
    ).encode()


class Api:
    """arXiv: an announcement feed and a query API with answers in turn (the last for ever).

    An answer is a body, a status, or a function of the query that returns one.
    """

    def __init__(self, *, feed: Any = 404, query: Any = ()) -> None:
        self.feed = feed
        self.query = list(query) if isinstance(query, (list, tuple)) else [query]
        self.feeds: list[str] = []
        self.queries: list[dict[str, str]] = []
        self.headers: dict[str, str] = {}

    async def rss(self, request: web.Request) -> web.StreamResponse:
        self.feeds.append(request.path)
        return _response(self.feed)

    async def api(self, request: web.Request) -> web.StreamResponse:
        self.queries.append(dict(request.query))
        answer = self.query[min(len(self.queries), len(self.query)) - 1]
        return _response(answer(request.query) if callable(answer) else answer)

    @property
    def ids_asked(self) -> list[list[str]]:
        return [query["id_list"].split(",") for query in self.queries]


def _response(answer: Any) -> web.Response:
    if isinstance(answer, int):
        return web.Response(status=answer)
    if isinstance(answer, web.Response):
        return web.Response(status=answer.status, body=answer.body, headers=answer.headers)
    return web.Response(body=answer, content_type="application/xml")


def by_id(query: Any) -> bytes:
    return atom(query["id_list"].split(","))


class CountingGate(Gate):
    """A gate that counts who went through."""

    def __init__(self) -> None:
        super().__init__(timedelta(0))
        self.passed = 0

    async def __aenter__(self) -> None:
        await super().__aenter__()
        self.passed += 1


async def source(
    http: Http,
    serve: Serve,
    api: Api,
    *,
    now: datetime = FRIDAY_NOON,
    categories: tuple[str, ...] = ("cs.CV", "cs.LG"),
    gate: Gate | None = None,
) -> ArxivSource:
    base = await serve({"/rss/{categories}": api.rss, "/api/query": api.api})
    options = ArxivOptions(arxiv_endpoint=base, arxiv_categories=categories)
    return ArxivSource(tools(http, lambda: now, gate), options)


async def test_the_feed_says_what_is_new_and_the_api_the_metadata(http: Http, serve: Serve) -> None:
    items = {"2603.00001": "new", "2603.00002": "cross", "2603.00003": "replace"}
    api = Api(feed=rss(FRIDAY, items), query=by_id)
    gate = CountingGate()

    listing = await (await source(http, serve, api, gate=gate)).fetch([FRIDAY])

    assert [p.id for p in listing.papers] == ["2603.00001", "2603.00002"]
    first = listing.papers[0]
    assert (first.title, first.version) == ("Title 2603.00001", 2)
    assert (first.listed, first.published) == (FRIDAY, date(2026, 3, 12))
    assert (first.comment, first.licence) == ("CVPR", "licence-2603.00001")
    assert first.sources == ("arxiv",)
    assert (listing.read, listing.label) == ((FRIDAY,), "cs.CV, cs.LG")
    assert listing.next_list == date(2026, 3, 16)
    assert api.feeds == ["/rss/cs.CV+cs.LG"]
    assert api.queries == [{"id_list": "2603.00001,2603.00002", "max_results": "2"}]
    assert gate.passed == 2


async def test_metadata_are_asked_for_in_slices(http: Http, serve: Serve) -> None:
    ids = [f"2603.{n:05}" for n in range(1, 251)]
    api = Api(feed=rss(FRIDAY, dict.fromkeys(ids, "new")), query=by_id)
    listing = await (await source(http, serve, api)).fetch([FRIDAY])
    assert [p.id for p in listing.papers] == ids
    assert [len(asked) for asked in api.ids_asked] == [100, 100, 50]


@pytest.mark.parametrize("broken", [500, b"<html>", b"Rate exceeded.", 403, 429, 503, atom([])])
async def test_without_the_api_the_feeds_own_metadata_serve(
    http: Http, serve: Serve, broken: Any
) -> None:
    ids = [f"2603.{n:05}" for n in range(1, 121)]
    api = Api(feed=rss(FRIDAY, dict.fromkeys(ids, "new")), query=broken)

    listing = await (await source(http, serve, api)).fetch([FRIDAY])

    assert listing.read == (FRIDAY,)
    assert [p.id for p in listing.papers] == ids
    assert listing.papers[0].title == "Feed title 2603.00001"
    assert listing.papers[0].abstract == "From the feed."
    assert listing.papers[0].authors == ("B", "C")


@pytest.mark.parametrize("feed", [404, 503, b"<html>", rss(THURSDAY, {"2603.9": "new"}), b""])
async def test_without_a_feed_of_the_day_its_window_is_asked(
    http: Http, serve: Serve, feed: Any
) -> None:
    api = Api(feed=feed, query=atom(["2603.00001"]))

    listing = await (await source(http, serve, api)).fetch([FRIDAY])

    assert [(p.id, p.listed) for p in listing.papers] == [("2603.00001", FRIDAY)]
    assert listing.read == (FRIDAY,)
    assert api.queries == [
        {
            "search_query": "(cat:cs.CV OR cat:cs.LG) AND "
            "submittedDate:[202603111800 TO 202603121800]",
            "start": "0",
            "max_results": "200",
            "sortBy": "submittedDate",
            "sortOrder": "descending",
        }
    ]


async def test_a_feed_that_is_cut_off_is_not_taken_for_a_short_day(
    http: Http, serve: Serve
) -> None:
    whole = rss(FRIDAY, {f"2603.{n:05}": "new" for n in range(1, 9)})
    api = Api(feed=whole[: len(whole) // 2], query=atom(["2603.00001", "2603.00002"]))
    listing = await (await source(http, serve, api)).fetch([FRIDAY])
    assert len(listing.papers) == 2
    assert "search_query" in api.queries[0]


async def test_the_feed_serves_its_day_and_windows_the_others(http: Http, serve: Serve) -> None:
    def query(asked: Any) -> bytes:
        return by_id(asked) if "id_list" in asked else atom(["2603.00009"])

    api = Api(feed=rss(FRIDAY, {"2603.00001": "new"}), query=query)
    listing = await (await source(http, serve, api)).fetch([THURSDAY, FRIDAY, SATURDAY])
    assert [(p.id, p.listed) for p in listing.papers] == [
        ("2603.00001", FRIDAY),
        ("2603.00009", THURSDAY),
    ]
    assert listing.read == (THURSDAY, FRIDAY, SATURDAY)
    assert listing.quiet == (SATURDAY,)
    assert listing.next_list == date(2026, 3, 16)


async def test_a_feed_that_holds_nothing_of_its_day_s_window_is_not_believed(
    http: Http, serve: Serve
) -> None:
    """Rebuilt under the new date before the new list was there: yesterday's once more."""

    def query(asked: Any) -> bytes:
        if "id_list" in asked:
            return by_id(asked).replace(b"2026-03-12T09", b"2026-03-11T16")
        return atom([])

    api = Api(feed=rss(FRIDAY, {"2603.00001": "new", "2603.00002": "new"}), query=query)
    listing = await (await source(http, serve, api)).fetch([FRIDAY])
    assert (listing.papers, listing.read, listing.young) == ((), (), (FRIDAY,))
    assert listing.quiet == ()
    assert listing.next_list == FRIDAY


async def test_a_day_long_past_does_not_trouble_the_feed(http: Http, serve: Serve) -> None:
    api = Api(query=atom(["2603.00001"]))
    await (await source(http, serve, api, now=NEXT_WEEK)).fetch([FRIDAY])
    assert api.feeds == []


async def test_a_weekend_costs_no_request(http: Http, serve: Serve) -> None:
    api = Api()
    saturday_noon = FRIDAY_NOON + timedelta(days=1)
    listing = await (await source(http, serve, api, now=saturday_noon)).fetch([SATURDAY])
    assert (listing.quiet, listing.read, listing.papers) == ((SATURDAY,), (SATURDAY,), ())
    assert listing.next_list == date(2026, 3, 16)
    assert api.feeds == api.queries == []


async def test_a_holiday_is_quiet_too(http: Http, serve: Serve) -> None:
    day = date(2026, 11, 27)
    now = datetime(2026, 11, 27, 16, tzinfo=UTC)
    listing = await (await source(http, serve, Api(), now=now)).fetch([day])
    assert (listing.quiet, listing.next_list) == ((day,), date(2026, 11, 30))


async def test_the_weekends_empty_feed_does_not_hide_friday(http: Http, serve: Serve) -> None:
    api = Api(feed=rss(SATURDAY, {}), query=atom(["2603.00001"]))
    saturday_noon = FRIDAY_NOON + timedelta(days=1)
    listing = await (await source(http, serve, api, now=saturday_noon)).fetch([FRIDAY, SATURDAY])
    assert [(p.id, p.listed) for p in listing.papers] == [("2603.00001", FRIDAY)]


async def test_a_list_that_is_not_announced_yet_is_young_without_a_request(
    http: Http, serve: Serve
) -> None:
    api = Api()
    before_eight = datetime(2026, 3, 12, 23, 59, tzinfo=UTC)
    listing = await (await source(http, serve, api, now=before_eight)).fetch([FRIDAY])
    assert (listing.young, listing.read, listing.next_list) == ((FRIDAY,), (), FRIDAY)
    assert api.queries == []


@pytest.mark.parametrize("feed", [404, rss(FRIDAY, {}), rss(THURSDAY, {"2603.00009": "new"})])
async def test_an_announced_list_that_is_still_empty_is_young_while_its_day_lasts(
    http: Http, serve: Serve, feed: Any
) -> None:
    api = Api(feed=feed, query=atom([]))
    listing = await (await source(http, serve, api)).fetch([FRIDAY])
    assert (listing.young, listing.read, listing.failed) == ((FRIDAY,), (), ())


async def test_a_past_day_without_papers_has_failed(http: Http, serve: Serve) -> None:
    def query(asked: Any) -> bytes:
        return atom(["2603.00009"] if "202603101800" in asked["search_query"] else [])

    reader = await source(http, serve, Api(query=query), now=NEXT_WEEK)
    listing = await reader.fetch([THURSDAY, FRIDAY])
    assert (listing.read, listing.failed) == ((THURSDAY,), (FRIDAY,))
    with pytest.raises(SourceError, match="no submissions"):
        await reader.fetch([FRIDAY])


async def test_a_window_is_read_page_by_page(http: Http, serve: Serve) -> None:
    ids = [f"2603.{n:05}" for n in range(1, 451)]

    def query(asked: Any) -> bytes:
        start = int(asked["start"])
        return atom(ids[start : start + 150], total=450)  # shorter pages than asked for

    api = Api(query=query)
    listing = await (await source(http, serve, api, now=NEXT_WEEK)).fetch([FRIDAY])
    assert [p.id for p in listing.papers] == ids
    assert [query["start"] for query in api.queries] == ["0", "150", "300"]


async def test_a_server_that_repeats_its_page_is_not_taken_for_a_whole_day(
    http: Http, serve: Serve
) -> None:
    api = Api(query=atom(["2603.00001"], total=100_000))
    with pytest.raises(SourceError, match="cannot be paged through"):
        await (await source(http, serve, api, now=NEXT_WEEK)).fetch([FRIDAY])
    assert len(api.queries) == 2


async def test_an_empty_page_is_asked_for_again(http: Http, serve: Serve) -> None:
    empty = atom([], total=2)
    api = Api(query=[empty, empty, empty, atom(["2603.00001", "2603.00002"], total=2)])
    listing = await (await source(http, serve, api, now=NEXT_WEEK)).fetch([FRIDAY])
    assert len(listing.papers) == 2
    assert len(api.queries) == 4


async def test_a_page_that_stays_empty_fails_the_day_whole(http: Http, serve: Serve) -> None:
    def query(asked: Any) -> bytes:
        if "202603101800" in asked["search_query"]:
            return atom(["2603.00009"])
        return atom(["2603.00001"] if asked["start"] == "0" else [], total=300)

    api = Api(query=query)
    listing = await (await source(http, serve, api, now=NEXT_WEEK)).fetch([THURSDAY, FRIDAY])
    assert (listing.read, listing.failed) == ((THURSDAY,), (FRIDAY,))
    assert [p.id for p in listing.papers] == ["2603.00009"]


RETRY_LATER = web.Response(status=503, headers={"Retry-After": "600"})


@pytest.mark.parametrize(
    ("refusal", "retry_after"),
    [
        (web.Response(status=429, headers={"Retry-After": "600"}), timedelta(minutes=10)),
        (RETRY_LATER, timedelta(minutes=10)),
        (b"Rate exceeded.", None),
    ],
)
async def test_a_refusal_is_busy_and_nothing_more_is_asked(
    http: Http, serve: Serve, refusal: Any, retry_after: timedelta | None
) -> None:
    api = Api(query=refusal)
    with pytest.raises(SourceBusy) as caught:
        await (await source(http, serve, api, now=NEXT_WEEK)).fetch([THURSDAY, FRIDAY])
    assert caught.value.retry_after == retry_after
    assert len(api.queries) == 1


async def test_a_refused_feed_stops_everything(http: Http, serve: Serve) -> None:
    api = Api(feed=b"Rate exceeded.", query=atom(["2603.00001"]))
    with pytest.raises(SourceBusy):
        await (await source(http, serve, api)).fetch([FRIDAY])
    assert api.queries == []


async def test_a_refusal_midway_keeps_what_was_read(http: Http, serve: Serve) -> None:
    api = Api(query=[atom(["2603.00001"]), b"Rate exceeded."])
    wednesday = THURSDAY - timedelta(days=1)
    reader = await source(http, serve, api, now=NEXT_WEEK)
    listing = await reader.fetch([wednesday, THURSDAY, FRIDAY])
    assert listing.read == (FRIDAY,)  # the newest is asked for first
    assert listing.failed == (wednesday, THURSDAY)
    assert len(api.queries) == 2


async def test_a_ban_is_told_and_never_tried_again(
    http: Http, serve: Serve, waits: list[float]
) -> None:
    api = Api(query=403)
    with pytest.raises(SourceError, match="banned") as caught:
        await (await source(http, serve, api, now=NEXT_WEEK)).fetch([THURSDAY, FRIDAY])
    assert not isinstance(caught.value, SourceBusy)
    assert len(api.queries) == 1
    assert waits == []


@pytest.mark.parametrize("broken", [b"<html><p>Hello</p></html>", atom(["2603.00001"])[:-50], 406])
async def test_a_broken_answer_fails_its_day_only(http: Http, serve: Serve, broken: Any) -> None:
    api = Api(query=[broken, atom(["2603.00009"])])
    listing = await (await source(http, serve, api, now=NEXT_WEEK)).fetch([THURSDAY, FRIDAY])
    assert (listing.read, listing.failed) == ((THURSDAY,), (FRIDAY,))


async def test_the_error_entry_fails_its_day(
    http: Http, serve: Serve, recorded: Callable[[str], bytes]
) -> None:
    api = Api(query=recorded("arxiv/api_malformed_id_400.xml"))
    with pytest.raises(SourceError, match="incorrect id format"):
        await (await source(http, serve, api, now=NEXT_WEEK)).fetch([FRIDAY])


async def test_one_paper_can_be_looked_up(
    http: Http, serve: Serve, recorded: Callable[[str], bytes]
) -> None:
    malformed = recorded("arxiv/api_malformed_id_400.xml")
    api = Api(
        query=[
            recorded("arxiv/api_old_id.xml"),
            recorded("arxiv/api_versioned_id.xml"),
            recorded("arxiv/api_unknown_id.xml"),
            malformed,
            web.Response(status=400, body=malformed),
            b"Rate exceeded.",
        ]
    )
    reader = await source(http, serve, api)

    old = await reader.lookup(PaperRef("astro-ph/0601001"))
    versioned = await reader.lookup(PaperRef("2104.12255", 1))

    assert old
    assert old.title.startswith("Frequency of Hot Jupiters")
    assert (old.listed, old.categories) == (None, ("astro-ph",))
    assert versioned
    assert versioned.version == 1
    assert [query["id_list"] for query in api.queries] == ["astro-ph/0601001", "2104.12255v1"]
    assert await reader.lookup(PaperRef("openreview:06YyNxzwae")) is None
    assert len(api.queries) == 2
    assert await reader.lookup(PaperRef("2602.00001")) is None
    assert await reader.lookup(PaperRef("abc")) is None
    assert await reader.lookup(PaperRef("abc")) is None
    with pytest.raises(SourceBusy):
        await reader.lookup(PaperRef("2602.00001"))


async def test_a_day_is_settled_by_the_next_morning_in_china(http: Http, serve: Serve) -> None:
    reader = await source(http, serve, Api())
    assert not reader.is_settled(FRIDAY, datetime(2026, 3, 13, 21, 59, tzinfo=UTC))
    assert reader.is_settled(FRIDAY, datetime(2026, 3, 14, 0, 30, tzinfo=UTC))
    assert reader.is_settled(SATURDAY, FRIDAY_NOON)


async def test_an_arxiv_that_cannot_be_reached_is_asked_for_one_day_only(
    http: Http, served: set[str], waits: list[float]
) -> None:
    """Three days of timeouts in a row would cost the other sources' digest its morning."""
    gate = Gate(timedelta(0))
    served.add("http://127.0.0.1:9")
    options = ArxivOptions(arxiv_endpoint="http://127.0.0.1:9")
    down = ArxivSource(tools(http, lambda: NEXT_WEEK, gate), options)
    with pytest.raises(SourceError, match=r"127\.0\.0\.1:9"):
        await down.fetch([date(2026, 3, 11), THURSDAY, FRIDAY])
    assert len(waits) == 2, "one request of three attempts"
