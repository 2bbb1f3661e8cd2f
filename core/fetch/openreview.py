"""OpenReview (API v2): recent submissions of some venues. Optional, and off without an account.

Since summer 2026 anonymous readers are refused (403) and limits are tight, so venues are asked one
after another, after one login per fetch (a token lasts an hour, a fetch happens once a day). In v2
every content field is an object with a `value`; times are milliseconds; and a withdrawn or rejected
submission stays in the answer.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from pydantic import Field, SecretStr

from core.fetch import Listing, Skipped
from core.fetch.answer_parsing import parse_answer
from core.fetch.http import BadStatus, HttpError
from core.fetch.openreview_notes import Notes, parse_notes, read_object
from core.fetch.spec import SourceSpec, TextPlace, Tools
from core.models.errors import SourceBusy, SourceError, SourceOff
from core.models.options import Endpoint, Names, Options
from core.models.paper_id import OPENREVIEW
from core.models.values import Paper, TextSource

logger = logging.getLogger(__name__)

PAGE = 1000  # the API's own maximum
_MAX_PAGES = 20
_MAX_LOGIN = 1_000_000


class OpenReviewOptions(Options):
    openreview_endpoint: Endpoint = "https://api2.openreview.net"
    openreview_username: str | None = None
    openreview_password: SecretStr | None = None
    openreview_venues: Annotated[Names, Field(min_length=1)] = ("TMLR",)


class OpenReviewSource:
    """Submissions of `venues` (ids such as "TMLR"), by the UTC day they were created."""

    name = OPENREVIEW.name

    def __init__(self, tools: Tools, options: OpenReviewOptions) -> None:
        self._http, self._now, self._offload = tools.http, tools.now, tools.offload
        self._endpoint = options.openreview_endpoint
        self._venues = options.openreview_venues
        self._username = options.openreview_username
        self._password = options.openreview_password

    async def fetch(self, days: Sequence[date]) -> Listing:
        """Return the submissions created on `days`, newest first within each venue.

        A venue that cannot be read while others can is skipped and counted, and then no day
        counts as read, so that the next fetch asks again.
        """
        authorization = await self._log_in()
        reading = _Reading()
        for venue in self._venues:
            try:
                await self._read(venue, days, authorization, reading)
            except (SourceOff, SourceBusy):
                raise
            except SourceError as error:
                logger.warning("%s: %s", venue, error)
                reading.failures[venue] = error
        if len(reading.failures) == len(self._venues):
            raise next(iter(reading.failures.values()))
        lost = [Skipped(venue, error.reason) for venue, error in reading.failures.items()]
        today = self._now().astimezone(UTC).date()
        young = tuple(day for day in days if day > today)
        past = tuple(day for day in days if day not in young)
        return Listing(
            papers=tuple(reading.papers.values()),
            skipped=(*reading.skipped, *lost),
            read=() if lost else past,
            failed=past if lost else (),
            young=young,
            label=", ".join(self._venues),
        )

    def is_settled(self, day: date, at: datetime) -> bool:
        """Whether `day` was over at `at`, with an hour for the index to follow."""
        return at >= datetime.combine(day + timedelta(days=1), time(1), UTC)

    async def _log_in(self) -> dict[str, str]:
        """Return the headers of a logged-in reader, none without an account."""
        if not self._username or self._password is None:
            return {}
        account = {"id": self._username, "password": self._password.get_secret_value()}
        try:
            answer = await self._http.post_json(
                f"{self._endpoint}/login", account, max_bytes=_MAX_LOGIN
            )
        except BadStatus as error:
            if error.status in (400, 401, 403):
                reason = "login refused; check OPENREVIEW_USERNAME and OPENREVIEW_PASSWORD"
                raise SourceError(self.name, reason) from error
            raise _translated(error) from error
        except HttpError as error:
            raise _translated(error) from error
        token = read_object(answer.body).get("token")
        if not isinstance(token, str) or not token:
            raise SourceError(self.name, "the login's answer holds no token")
        return {"Authorization": f"Bearer {token}"}

    async def _read(
        self,
        venue: str,
        days: Sequence[date],
        authorization: Mapping[str, str],
        reading: "_Reading",
    ) -> None:
        for page in range(_MAX_PAGES):
            first = page * PAGE
            body = await self._notes(venue, days[0], first, authorization)
            notes = await parse_answer(
                self._offload, self.name, parse_notes, body, venue, first + 1
            )
            reading.add(notes, days)
            if notes.total < PAGE:
                return

    async def _notes(
        self, venue: str, first: date, offset: int, authorization: Mapping[str, str]
    ) -> bytes:
        params = {
            "invitation": f"{venue}/-/Submission",
            "mintcdate": str(int(datetime.combine(first, time(0), UTC).timestamp() * 1000)),
            "sort": "cdate:desc",
            "limit": str(PAGE),
            "offset": str(offset),
        }
        try:
            answer = await self._http.get(
                f"{self._endpoint}/notes",
                params=params,
                accept="application/json",
                headers=authorization,
                timeout=timedelta(seconds=45),
            )
        except BadStatus as error:
            if error.status in (401, 403) and not authorization:
                reason = (
                    "closed to readers without an account; set OPENREVIEW_USERNAME and _PASSWORD"
                )
                raise SourceOff(self.name, reason) from error
            raise _translated(error) from error
        except HttpError as error:
            raise _translated(error) from error
        return answer.body


@dataclass
class _Reading:
    """What came of the venues so far, within one `fetch`."""

    papers: dict[str, Paper] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    failures: dict[str, SourceError] = field(default_factory=dict)

    def add(self, notes: Notes, days: Sequence[date]) -> None:
        self.skipped += notes.skipped
        for paper in notes.papers:
            # Without a date of its own a note is at least not older than the first day asked for.
            if paper.listed is None or paper.listed in days:
                self.papers.setdefault(paper.id, paper)


def _translated(error: HttpError) -> SourceError:
    if isinstance(error, BadStatus) and error.status in (429, 503):
        return SourceBusy(OPENREVIEW.name, str(error), error.retry_after)
    return SourceError(OPENREVIEW.name, str(error))


SPEC = SourceSpec(
    OPENREVIEW.name,
    label=OPENREVIEW.label,
    badge="OpenReview 🗣️",
    title=OPENREVIEW.label,
    open=OpenReviewSource,
    options=OpenReviewOptions,
    endpoint="openreview_endpoint",
    scheme=OPENREVIEW,
    texts=(TextPlace(TextSource.PDF, "/pdf?id={key}"),),
)
