"""arXiv: the day's announcement for some categories.

Two roads lead to a day. The announcement feed says exactly what was announced, but only for its
own day; the query API is then asked for the metadata of those ids. For any other day the query
API is asked for the submissions of that day's window (`arxiv_calendar`), which misses papers that
moderation held back and older papers newly cross-listed.

arXiv wants one request per 3 s and one connection over everything we run, so every request passes
the one shared gate, and after a refusal (429, 403, "Rate exceeded") this file asks nothing more. A
day is read whole or not at all.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import Field

from core.fetch import Listing, Skipped
from core.fetch.answer_parsing import parse_answer
from core.fetch.arxiv_calendar import (
    announcement_time,
    eastern_day,
    feed_time,
    is_announced,
    load_holidays,
    next_announced,
    submission_window,
)
from core.fetch.arxiv_feed import (
    Announcement,
    FeedPage,
    RateExceeded,
    RejectedQuery,
    parse_announcement,
    parse_page,
)
from core.fetch.http import BadStatus, HttpError, Unreachable
from core.fetch.spec import SourceSpec, TextPlace, Tools
from core.models.errors import SourceBusy, SourceError
from core.models.options import Endpoint, Names, Options
from core.models.paper_id import ARXIV, KNOWN_TO_ALL, PaperRef
from core.models.values import Paper, TextSource

logger = logging.getLogger(__name__)

PAGE = 200
SLICE = 100
_MAX_PAGES = 30
_EMPTY_PAGE_RETRIES = 3
_INDEX_LAG = timedelta(hours=18)
_PATIENCE = timedelta(seconds=45)  # the query API is slow just after the announcement
_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.1"


class _Banned(SourceError):
    """arXiv refuses us: every further request would prolong it."""


class _Down(SourceError):
    """arXiv cannot be reached: the next day's question would wait as long for nothing."""


@dataclass(frozen=True)
class _Day:
    papers: tuple[Paper, ...]
    skipped: tuple[Skipped, ...] = ()


@dataclass
class _Reading:
    """What came of the days so far, within one `fetch`."""

    days: dict[date, _Day] = field(default_factory=dict)
    errors: dict[date, SourceError] = field(default_factory=dict)
    refusal: SourceError | None = None


class ArxivOptions(Options):
    arxiv_endpoint: Endpoint = "https://export.arxiv.org"
    arxiv_categories: Annotated[Names, Field(min_length=1)] = ("cs.CV",)


class ArxivSource:
    """New and cross-listed papers of the categories, by announcement day; no replacements."""

    name = ARXIV.name

    def __init__(self, tools: Tools, options: ArxivOptions) -> None:
        self._http, self._gate = tools.http, tools.gate
        self._now, self._offload = tools.now, tools.offload
        self._endpoint = options.arxiv_endpoint
        self._categories = options.arxiv_categories
        self._holidays = load_holidays()

    async def fetch(self, days: Sequence[date]) -> Listing:
        """Return the announcements of `days`, newest day first.

        A day without announcement costs no request and is quiet. A day that should have a list
        but has none is young while it lasts, failed afterwards.
        """
        now = self._now()
        listed = [day for day in days if is_announced(day, self._holidays)]
        public = [day for day in listed if announcement_time(day) <= now]
        reading = await self._read(public)
        return self._listing(days, listed, reading)

    def is_settled(self, day: date, at: datetime) -> bool:
        """Whether `day`'s list, fetched at `at`, was final.

        The feed is complete when it is built, but the query index may lag behind it by hours. A
        morning's run reads yesterday once more and then leaves it alone. A day without
        announcement always is settled.
        """
        if not is_announced(day, self._holidays):
            return True
        return at >= feed_time(day) + _INDEX_LAG

    async def lookup(self, ref: PaperRef) -> Paper | None:
        """Return one paper's metadata, None when arXiv has no such id or version."""
        if not ref.is_arxiv:
            return None
        wanted = ref.id if ref.version is None else f"{ref.id}v{ref.version}"
        try:
            page = await self._page({"id_list": wanted, "max_results": "1"})
        except RejectedQuery:
            return None
        return next((paper for paper in page.papers if paper.id == ref.id), None)

    def _listing(self, days: Sequence[date], listed: Sequence[date], reading: _Reading) -> Listing:
        today = eastern_day(self._now())
        missing = [day for day in listed if day not in reading.days]
        failed = [day for day in missing if day in reading.errors]
        young = [day for day in missing if day not in failed and day >= today]
        failed += [day for day in missing if day not in failed and day not in young]
        if failed and not reading.days:
            raise reading.refusal or reading.errors.get(failed[0]) or self._nothing(failed[0])
        quiet = tuple(day for day in days if day not in listed)
        return Listing(
            papers=tuple(
                paper
                for day in sorted(reading.days, reverse=True)
                for paper in reading.days[day].papers
            ),
            skipped=tuple(item for read in reading.days.values() for item in read.skipped),
            read=tuple(day for day in days if day in reading.days or day in quiet),
            failed=tuple(failed),
            quiet=quiet,
            young=tuple(young),
            next_list=young[0] if young else next_announced(days[-1], self._holidays),
            label=", ".join(self._categories),
        )

    def _nothing(self, day: date) -> SourceError:
        return SourceError(self.name, f"no submissions are to be found for {day}")

    async def _read(self, days: Sequence[date]) -> _Reading:
        reading = _Reading()
        try:
            await self._read_feed(days, reading)
        except SourceError as error:
            reading.refusal = error
        for day in reversed(days):
            if day in reading.days:
                continue
            if reading.refusal:
                reading.errors[day] = reading.refusal
            else:
                await self._read_window(day, reading)
        return reading

    async def _read_feed(self, days: Sequence[date], reading: _Reading) -> None:
        """Read the feed if it can be about one of `days`; raise only when refused."""
        # It is about today, or about yesterday until it is rebuilt.
        if not days or days[-1] < eastern_day(self._now()) - timedelta(days=1):
            return
        feed = await self._announcement()
        # An empty feed of an announcement day is one that was not built: the window knows more.
        if feed and feed.papers and feed.day is not None and feed.day in days:
            papers = await self._with_metadata(feed.papers, reading)
            if self._may_be_of(feed.day, papers):
                reading.days[feed.day] = _Day(papers, feed.skipped)
            else:
                logger.warning("the feed of %s lists nothing that came in for it", feed.day)

    def _may_be_of(self, day: date, papers: Sequence[Paper]) -> bool:
        """Whether a feed's date is to be believed: some of it came in when the list of `day` says.

        A feed may be rebuilt at midnight, under the new date, before the new list is there. Then
        nothing in it is younger than the day on which the window of the new list opened.
        """
        opened = submission_window(day, self._holidays)[0].date()
        published = [paper.published for paper in papers if paper.published]
        return not published or max(published) > opened

    async def _announcement(self) -> Announcement | None:
        """The feed, or None when it is down or broken (the query API may still work)."""
        try:
            body = await self._get(f"/rss/{'+'.join(self._categories)}", {})
            return await parse_answer(self._offload, self.name, parse_announcement, body)
        except (RateExceeded, _Banned):
            raise
        except SourceError as error:
            logger.warning("the announcement feed cannot be used: %s", error)
            return None

    async def _with_metadata(self, papers: Sequence[Paper], reading: _Reading) -> tuple[Paper, ...]:
        """Fill in what only the query API knows; where it fails, the feed's own data serve."""
        known: dict[str, Paper] = {}
        for start in range(0, len(papers), SLICE):
            ids = [paper.id for paper in papers[start : start + SLICE]]
            try:
                page = await self._page({"id_list": ",".join(ids), "max_results": str(len(ids))})
            except SourceError as error:
                logger.warning("metadata are the feed's own: %s", error)
                reading.refusal = error if _is_refusal(error) else None
                break
            known.update((paper.id, paper) for paper in page.papers)
        return tuple(_enriched(paper, known.get(paper.id)) for paper in papers)

    async def _read_window(self, day: date, reading: _Reading) -> None:
        try:
            found = await self._window(day)
        except SourceError as error:
            reading.errors[day] = error
            reading.refusal = error if _is_refusal(error) else None
            return
        if found.papers:
            reading.days[day] = found

    async def _window(self, day: date) -> _Day:
        """All submissions of the window of `day`, page by page."""
        papers: dict[str, Paper] = {}
        skipped: list[Skipped] = []
        start = 0
        for _ in range(_MAX_PAGES):
            page = await self._full_page(self._window_query(day), start)
            news = [paper for paper in page.papers if paper.id not in papers]
            papers.update((paper.id, paper.model_copy(update={"listed": day})) for paper in news)
            skipped += page.skipped
            start += page.entries
            if start >= page.total:
                return _Day(tuple(papers.values()), tuple(skipped))
            if not news:  # whole pages do not repeat unless `start` is ignored
                break
        raise SourceError(self.name, f"{page.total} submissions for {day} cannot be paged through")

    def _window_query(self, day: date) -> str:
        start, end = submission_window(day, self._holidays)
        # Both ends are inclusive to arXiv: a paper of the very minute may come twice, never not.
        span = f"[{start:%Y%m%d%H%M} TO {end:%Y%m%d%H%M}]"
        categories = " OR ".join(f"cat:{category}" for category in self._categories)
        return f"({categories}) AND submittedDate:{span}"

    async def _full_page(self, query: str, start: int) -> FeedPage:
        """A page, asked for again while it is empty although there should be more."""
        params = {
            "search_query": query,
            "start": str(start),
            "max_results": str(PAGE),
            "sortBy": "submittedDate",
            "sortOrder": "descending",
        }
        for _ in range(1 + _EMPTY_PAGE_RETRIES):
            page = await self._page(params)
            if page.entries or start >= page.total:
                return page
        raise SourceError(self.name, f"page at {start} of {page.total} stays empty")

    async def _page(self, params: Mapping[str, str]) -> FeedPage:
        body = await self._get("/api/query", params)
        return await parse_answer(self._offload, self.name, parse_page, body)

    async def _get(self, path: str, params: Mapping[str, str]) -> bytes:
        try:
            answer = await self._http.get(
                f"{self._endpoint}{path}",
                params=params,
                accept=_ACCEPT,
                gate=self._gate,
                timeout=_PATIENCE,
            )
        except HttpError as error:
            raise _translated(error) from error
        return answer.body


def _translated(error: HttpError) -> SourceError:
    if isinstance(error, Unreachable):
        return _Down(ARXIV.name, str(error))
    if not isinstance(error, BadStatus):
        return SourceError(ARXIV.name, str(error))
    if error.status == 429:
        return RateExceeded(ARXIV.name, str(error), error.retry_after)
    if error.status == 503:
        return SourceBusy(ARXIV.name, str(error), error.retry_after)
    if error.status == 403:
        return _Banned(ARXIV.name, f"{error}: arXiv has banned this address; see its terms of use")
    if "/api/errors" in error.excerpt:  # a malformed id is answered with 400 nowadays
        return RejectedQuery(ARXIV.name, str(error))
    return SourceError(ARXIV.name, str(error))


def _is_refusal(error: SourceError) -> bool:
    return isinstance(error, (SourceBusy, _Banned, _Down))


def _enriched(paper: Paper, metadata: Paper | None) -> Paper:
    """The API's metadata with what only the feed says: the day and the licence."""
    if metadata is None:
        return paper
    stated = {"listed": paper.listed, "licence": paper.licence or metadata.licence}
    return metadata.model_copy(update=stated)


def _categories(options: ArxivOptions) -> str:
    return ", ".join(options.arxiv_categories)


SPEC = SourceSpec(
    ARXIV.name,
    label=ARXIV.label,
    badge="arXiv 📄",
    title=ARXIV.label,
    open=ArxivSource,
    options=ArxivOptions,
    endpoint="arxiv_endpoint",
    scheme=ARXIV,
    known=KNOWN_TO_ALL,
    selection=_categories,
    texts=(
        TextPlace(TextSource.ARXIV_HTML, "/html/{key}{version}", is_gated=True),
        TextPlace(TextSource.PDF, "/pdf/{key}{version}", is_gated=True),  # ".pdf" is not wanted
    ),
)
