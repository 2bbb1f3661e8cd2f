"""Hugging Face Daily Papers: what the community put forward, a list per UTC day.

The API answers in order of submission, newest first, so a day's "top 15" means reading the whole
day and sorting by upvotes; and nearly every field is optional, may be null, and may sit on the
outer item or inside its `paper`.
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from pydantic import Field

from core.fetch import Listing, Skipped
from core.fetch.answer_parsing import parse_answer
from core.fetch.http import BadStatus, HttpError, Response
from core.fetch.huggingface_items import HUGGINGFACE, DayList, parse_list, parse_paper
from core.fetch.spec import SourceSpec, TextPlace, Tools
from core.models.errors import SourceBusy, SourceError
from core.models.options import Endpoint, Options
from core.models.paper_id import KNOWN_TO_ALL, PaperRef
from core.models.values import Paper, TextSource

PAGE = 100  # the API's own maximum
_MAX_PAGES = 10  # thirty times a usual day; a mirror that ignores `p` must not loop for ever
_AT_ONCE = 4
_MAX_BYTES = 5_000_000  # a full page is a tenth of it
_WEEKEND = (5, 6)


class HuggingFaceOptions(Options):
    hf_endpoint: Endpoint = "https://huggingface.co"
    hf_top: int = Field(default=15, ge=1, le=100)


class HuggingFaceSource:
    """The `top` most upvoted papers of each day's list."""

    name = HUGGINGFACE

    def __init__(self, tools: Tools, options: HuggingFaceOptions) -> None:
        self._http, self._now, self._offload = tools.http, tools.now, tools.offload
        self._endpoint = options.hf_endpoint
        self._top = options.hf_top

    async def fetch(self, days: Sequence[date]) -> Listing:
        """Return the top of each day's list, newest day first, by upvotes within a day.

        An empty list is quiet at a weekend (nothing is submitted then), young while its day
        lasts, and otherwise a day on which nobody submitted anything.
        """
        today = self._now().astimezone(UTC).date()
        slots = asyncio.Semaphore(_AT_ONCE)
        async with asyncio.TaskGroup() as group:
            tasks = {day: group.create_task(self._day(day, slots)) for day in days if day <= today}
        outcomes = {day: task.result() for day, task in tasks.items()}
        lists = _without_repeats({d: o for d, o in outcomes.items() if isinstance(o, DayList)})
        errors = [o for o in outcomes.values() if isinstance(o, SourceError)]
        if errors and not lists:
            raise _worst(errors)
        empty = [day for day, read in lists.items() if not read.papers and not read.skipped]
        quiet = tuple(day for day in empty if day.weekday() in _WEEKEND)
        unfilled = [day for day in empty if day == today and day not in quiet]
        young = tuple(day for day in days if day > today or day in unfilled)
        return Listing(
            papers=tuple(p for d in sorted(lists, reverse=True) for p in lists[d].papers),
            skipped=tuple(s for read in lists.values() for s in read.skipped),
            read=tuple(day for day in lists if day not in young),
            failed=tuple(day for day, o in outcomes.items() if isinstance(o, SourceError)),
            quiet=quiet,
            young=young,
            next_list=young[0] if young else _next_weekday(days[-1]),
            label=f"Top {self._top}",
        )

    def is_settled(self, day: date, at: datetime) -> bool:
        """Whether `day`'s top list is final at `at`.

        Papers are added until the UTC day ends; one more day is given to the votes that order
        the list, and to mirrors that lag.
        """
        return at >= datetime.combine(day + timedelta(days=2), time(0), UTC)

    async def lookup(self, ref: PaperRef) -> Paper | None:
        """Return what Hugging Face knows of one arXiv paper, None when it has no page for it."""
        if not ref.is_arxiv:
            return None
        try:
            answer = await self._get(f"/api/papers/{ref.id}", {})
        except BadStatus as error:
            if error.status == 404:
                return None
            raise _translated(error) from error
        except HttpError as error:
            raise _translated(error) from error
        found = await parse_answer(self._offload, self.name, parse_paper, answer.body)
        if isinstance(found, Paper):
            return found
        raise SourceError(self.name, f"the page of {ref.id} makes no sense: {found.reason}")

    async def _day(self, day: date, slots: asyncio.Semaphore) -> DayList | SourceError:
        """Read one day; its failure is a value, because the other days go on."""
        async with slots:
            try:
                return await self._read(day)
            except HttpError as error:
                return _translated(error)
            except SourceError as error:
                return error

    async def _read(self, day: date) -> DayList:
        papers: list[Paper] = []
        skipped: list[Skipped] = []
        for page in range(_MAX_PAGES):
            params = {"date": day.isoformat(), "limit": str(PAGE), "p": str(page)}
            answer = await self._get("/api/daily_papers", params)
            first = len(papers) + len(skipped) + 1
            read = await parse_answer(self._offload, self.name, parse_list, answer.body, day, first)
            papers += read.papers
            skipped += read.skipped
            if len(read.papers) + len(read.skipped) < PAGE:
                break
        return DayList(_top(papers, self._top), tuple(skipped))

    async def _get(self, path: str, params: dict[str, str]) -> Response:
        return await self._http.get(
            f"{self._endpoint}{path}",
            params=params,
            accept="application/json",
            max_bytes=_MAX_BYTES,
        )


def _without_repeats(lists: dict[date, DayList]) -> dict[date, DayList]:
    """Empty each day's list that is an earlier day's once more: a paper is put forward once."""
    believed: dict[date, DayList] = {}
    seen: set[str] = set()
    for day, read in sorted(lists.items()):
        ids = {paper.id for paper in read.papers}
        is_repeat = len(ids & seen) > len(ids) / 2
        believed[day] = DayList((), ()) if is_repeat else read
        seen |= ids
    return {day: believed[day] for day in lists}


def _top(listed: Sequence[Paper], top: int) -> tuple[Paper, ...]:
    papers: dict[str, Paper] = {}
    for paper in listed:
        papers.setdefault(paper.id, paper)
    oldest_first = list(papers.values())[::-1]  # so that among equals the earlier one leads
    best = sorted(oldest_first, key=lambda paper: -(paper.upvotes or 0))
    return tuple(best[:top])


def _translated(error: HttpError) -> SourceError:
    if isinstance(error, BadStatus) and error.status in (429, 503):
        return SourceBusy(HUGGINGFACE, str(error), error.retry_after)
    return SourceError(HUGGINGFACE, str(error))


def _next_weekday(day: date) -> date:
    following = day + timedelta(days=1)
    while following.weekday() in _WEEKEND:
        following += timedelta(days=1)
    return following


def _worst(errors: Iterable[SourceError]) -> SourceError:
    """The error that says most: being asked to slow down outranks the rest."""
    return max(errors, key=lambda error: isinstance(error, SourceBusy))


SPEC = SourceSpec(
    HUGGINGFACE,
    label="HF",
    badge="HuggingFace 🔥",
    title="Hugging Face",
    open=HuggingFaceSource,
    options=HuggingFaceOptions,
    endpoint="hf_endpoint",
    known=KNOWN_TO_ALL,
    texts=(TextPlace(TextSource.HF_MARKDOWN, "/papers/{key}.md"),),
)
