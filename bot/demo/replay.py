"""A loopback server that answers like Hugging Face and arXiv, from the bundled days.

It keeps to the documented formats (the API's JSON, Atom 1.0, the announcement feed), so that the
adapters cannot tell. Full texts are not bundled: their addresses answer 404, which is ordinary.
Given a clock it knows no more than the services did at that moment: a list grows, tomorrow's is
not there yet.
"""

import gzip
import json
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.playground.guard import protect
from bot.playground.server import serve
from core.fetch.arxiv_calendar import (
    announcement_time,
    feed_time,
    load_holidays,
    submission_window,
)

EASTERN = ZoneInfo("America/New_York")
DAYS = (date(2026, 3, 10), date(2026, 3, 11), date(2026, 3, 12), date(2026, 3, 13))
LAST_DAY = DAYS[-1]
MORNING_AFTER_THE_FEED = datetime(2026, 3, 13, 12, 30, tzinfo=UTC)
"""A moment at which the last day's feed is out and its Hugging Face list nearly complete."""
THE_EVENING_BEFORE = datetime(2026, 3, 12, 12, 30, tzinfo=UTC)
"""20:30 in Shanghai: the last day's morning is still to come."""
FIRST_READ = THE_EVENING_BEFORE.date() - timedelta(days=1)
"""The demo's first edition shows that day's and the next one's list, not the whole bundle."""


def after_everything() -> datetime:
    """The clock of a server that holds nothing back."""
    return datetime(2026, 3, 14, tzinfo=UTC) - timedelta(microseconds=1)


Record = Mapping[str, Any]


@dataclass(frozen=True)
class BundledDays:
    huggingface: Mapping[date, Sequence[Record]]
    arxiv: Mapping[date, Sequence[Record]]

    def announced(self) -> Iterable[tuple[date, Record]]:
        """Return each arXiv paper with the day that announced it."""
        return ((day, record) for day, records in self.arxiv.items() for record in records)


def load_days() -> BundledDays:
    root = files("bot.demo") / "days"
    return BundledDays(
        huggingface={day: _load(root / f"hf_{day}.json.gz") for day in DAYS},
        arxiv={day: _load(root / f"arxiv_{day}.json.gz") for day in DAYS},
    )


def _load(path: Traversable) -> Sequence[Record]:
    records: list[Record] = json.loads(gzip.decompress(path.read_bytes()))
    return records


@asynccontextmanager
async def serve_days(
    days: BundledDays, now: Callable[[], datetime] = after_everything
) -> AsyncIterator[str]:
    """Serve the days on a free loopback port; gives the base URL: `/hf` and `/arxiv` below it."""
    async with serve(make_app(days, now)) as url:
        yield url


def make_app(days: BundledDays, now: Callable[[], datetime] = after_everything) -> web.Application:
    """Return the server as an application, for tests that add faults to it."""
    replay = _Replay(days, load_holidays(), now)
    app = web.Application()
    protect(app)
    app.router.add_get("/hf/api/daily_papers", replay.daily_papers)
    app.router.add_get("/hf/api/papers/{id}", replay.paper)
    app.router.add_get("/arxiv/rss/{categories}", replay.feed)
    app.router.add_get("/arxiv/api/query", replay.query)
    return app


@dataclass(frozen=True, eq=False, repr=False)
class _Replay:
    days: BundledDays
    holidays: frozenset[date]
    now: Callable[[], datetime]

    async def daily_papers(self, request: web.Request) -> web.Response:
        try:
            day = date.fromisoformat(request.query["date"])
        except (KeyError, ValueError):
            return web.json_response({"error": "Invalid date"}, status=400)
        size, page = int(request.query.get("limit", "50")), int(request.query.get("p", "0"))
        items = [item for item in self.days.huggingface.get(day, []) if self._is_listed(item, day)]
        return web.json_response(list(items[page * size : (page + 1) * size]))

    async def paper(self, request: web.Request) -> web.Response:
        for items in self.days.huggingface.values():
            for item in items:
                if item["paper"]["id"] == request.match_info["id"]:
                    return web.json_response(item["paper"])
        return web.json_response({"error": "Paper not found"}, status=404)

    async def feed(self, request: web.Request) -> web.Response:
        wanted = set(request.match_info["categories"].split("+"))
        day = max((day for day in DAYS if feed_time(day) <= self.now()), default=DAYS[0])
        entries = [record for record in self.days.arxiv[day] if wanted & set(record["categories"])]
        return _xml(_feed_text("+".join(sorted(wanted)), entries, wanted, day))

    async def query(self, request: web.Request) -> web.Response:
        found = self._found(request.query)
        start = int(request.query.get("start", "0"))
        size = int(request.query.get("max_results", "10"))
        return _xml(_query_text(found[start : start + size], total=len(found), start=start))

    def _found(self, query: Mapping[str, str]) -> list[tuple[datetime, Record]]:
        if ids := query.get("id_list"):
            wanted = [re.sub(r"v\d+$", "", paper_id) for paper_id in ids.split(",")]
            by_id = {record["id"]: (day, record) for day, record in self._announced()}
            hits = [by_id[paper_id] for paper_id in wanted if paper_id in by_id]
            return [(self._submitted(day), record) for day, record in hits]
        search = query.get("search_query", "")
        categories = set(re.findall(r"cat:([\w.-]+)", search))
        start, end = _window(search)
        return [
            (submitted, record)
            for day, record in self._announced()
            if start <= (submitted := self._submitted(day)) <= end
            and categories & set(record["categories"])
        ]

    def _announced(self) -> Iterable[tuple[date, Record]]:
        found = self.days.announced()
        return ((day, record) for day, record in found if announcement_time(day) <= self.now())

    def _is_listed(self, item: Record, day: date) -> bool:
        """Whether somebody had submitted it by now; where the bundle has no hour, at midnight."""
        midnight = f"{day.isoformat()}T00:00:00+00:00"
        return datetime.fromisoformat(item["paper"].get("submittedOnDailyAt", midnight)) <= (
            self.now()
        )

    def _submitted(self, day: date) -> datetime:
        """A moment inside the window that `day` announced; the true one is not in the bundle."""
        return submission_window(day, self.holidays)[1] - timedelta(hours=1)


def _window(search: str) -> tuple[datetime, datetime]:
    match = re.search(r"submittedDate:\[(\d{12})\d* TO (\d{12})\d*\]", search)
    if not match:
        return datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    start, end = (datetime.strptime(f"{text}+0000", "%Y%m%d%H%M%z") for text in match.groups())
    return start, end


def _xml(text: str) -> web.Response:
    return web.Response(text=text, content_type="application/atom+xml", charset="utf-8")


def _query_text(found: Sequence[tuple[datetime, Record]], *, total: int, start: int) -> str:
    entries = "".join(_query_entry(submitted, record) for submitted, record in found)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"
 xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">
<title>arXiv Query</title><opensearch:totalResults>{total}</opensearch:totalResults>
<opensearch:startIndex>{start}</opensearch:startIndex>
<opensearch:itemsPerPage>{len(found)}</opensearch:itemsPerPage>
{entries}</feed>"""


def _query_entry(submitted: datetime, record: Record) -> str:
    link = f"http://arxiv.org/abs/{record['id']}v{record['version']}"
    stamp = f"{submitted:%Y-%m-%dT%H:%M:%SZ}"
    authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in record["authors"])
    terms = "".join(f'<category term="{escape(term)}"/>' for term in record["categories"])
    comment = record["comment"]
    remark = f"<arxiv:comment>{escape(comment)}</arxiv:comment>" if comment else ""
    return f"""<entry><id>{link}</id><title>{escape(record["title"])}</title>
<updated>{stamp}</updated><published>{stamp}</published>
<summary>{escape(record["abstract"])}</summary>{authors}{terms}{remark}
<link href="{link}" rel="alternate" type="text/html"/></entry>
"""


def _feed_text(name: str, entries: Sequence[Record], wanted: set[str], day: date) -> str:
    """The announcement feed as of midnight US Eastern of `day`."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=EASTERN)
    body = "".join(_feed_entry(record, wanted, midnight.isoformat()) for record in entries)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><id>http://rss.arxiv.org/atom/{escape(name)}</id>
<title>{escape(name)} updates on arXiv.org</title>
<updated>{(midnight + timedelta(seconds=19)).isoformat()}</updated>
{body}</feed>"""


def _feed_entry(record: Record, wanted: set[str], stamp: str) -> str:
    kind = "new" if record["categories"][0] in wanted else "cross"
    head = f"arXiv:{record['id']}v{record['version']} Announce Type: {kind} \nAbstract: "
    terms = "".join(f'<category term="{escape(term)}"/>' for term in record["categories"])
    return f"""<entry><id>oai:arXiv.org:{record["id"]}v{record["version"]}</id>
<title>{escape(record["title"])}</title><updated>{stamp}</updated><published>{stamp}</published>
<link href="https://arxiv.org/abs/{record["id"]}" rel="alternate" type="text/html"/>
<summary>{escape(head + record["abstract"])}</summary>{terms}
<arxiv:announce_type>{kind}</arxiv:announce_type>
<dc:creator>{escape(", ".join(record["authors"]))}</dc:creator></entry>
"""
