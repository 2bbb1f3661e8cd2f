"""Which editions need building now, for whom, and what each day came to.

The day in work is not the only one. A reader far west is owed yesterday's edition until tonight,
and after a downtime that one may not have been built at all.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.daily.day_status import DayOutcome, DayStatus, day_outcome
from bot.daily.due import Hour, Hours
from bot.daily.editions import MISSED, Editions
from core.digest.builder import DigestBuilder
from core.llm import CallContext
from core.models.digest_spec import DigestSpec
from core.models.errors import StoreUnavailable
from core.models.values import Edition
from core.store.audience.chats import Chats

logger = logging.getLogger(__name__)

_REMEMBERED = 7
"""Days."""
Key = tuple[date, str]
"""Day and audience of an edition."""


@dataclass(eq=False, repr=False, kw_only=True)
class Building:
    """Builds editions in time and remembers what days came to."""

    builder: DigestBuilder
    editions: Editions
    hours: Hours
    chats: Chats
    now: Callable[[], datetime]

    def __post_init__(self) -> None:
        self._came: dict[Key, DayOutcome] = {}
        self._has_looked_back = False

    async def build_due(self, until: datetime | None = None) -> tuple[list[Key], list[Exception]]:
        """Build what is in work and what is owed.

        Nobody is waited for after `until`, or so that each day is in time.
        Return stored editions that changed by that, and the bugs met: one audience's is not
        another's.
        """
        changed: list[Key] = []
        failed: list[Exception] = []
        if not await self.chats.times():
            return changed, failed  # nobody reads anything
        for day, wishes in (await self._wanted()).items():
            in_time = until or self._in_time(day)
            for spec in wishes:
                came = self._came.get((day, spec.audience))
                first = self.last(day)
                if spec.original and first is not None and first.standing is not DayStatus.OUT:
                    self._came[day, spec.audience] = first  # the same choice, so nothing either
                    continue
                if came is not None and (came.try_at is None or came.try_at > self.now()):
                    continue
                making = self.make(day, spec, until=in_time)
                (made,) = await asyncio.gather(making, return_exceptions=True)
                if isinstance(made, StoreUnavailable):  # nothing else can be built either
                    return changed, [*failed, made]
                if isinstance(made, Exception):
                    logger.error("no edition of %s for %s", day, spec.audience, exc_info=made)
                    failed.append(made)
                elif isinstance(made, BaseException):
                    raise made
                elif made[1]:
                    changed.append((day, spec.audience))
        return changed, failed

    async def make_own(self, until: datetime | None = None) -> None:
        """Make the own lists that are missing of the edition in work, once that is there.

        The first time also those of missed days: one by one, at delivery, they would take hours.
        """
        today = self.editions.press.in_work_at(self.now())
        if not self._has_looked_back:
            for back in range(1, MISSED):
                await self.editions.make_own(today - timedelta(days=back), is_owed=True)
            self._has_looked_back = True
        await self.editions.make_own(today, until=until or self._in_time(today))

    async def make(
        self, day: date, spec: DigestSpec, *, until: datetime | None = None
    ) -> tuple[Edition, bool]:
        """Build or complete one edition; also say whether one that was stored shows more now.

        What sources and models have not said by `until` goes without.
        """
        before = await self.editions.get(day, spec.audience)
        if before is None:
            before = self.editions.meanwhile(day, spec.audience)
        edition = await self.builder.build(day, spec, context=CallContext(until=until))
        self.editions.keep(edition)
        came = self._judge(edition)
        self._came = {
            key: known for key, known in self._came.items() if (day - key[0]).days < _REMEMBERED
        } | {(day, spec.audience): came}
        logger.info("the edition of %s for %s is %s", day, spec.audience, came.standing)
        return edition, before is not None and _shows(before) != _shows(edition)

    async def day_outcome(self, day: date, audience: str) -> DayOutcome | None:
        """Return what a day came to, also where another process built it; None: not known yet."""
        known = self._came.get((day, audience))
        if known is not None and known.standing is DayStatus.OUT:
            return known
        edition = await self.editions.get(day, audience)
        return known if edition is None else self._judge(edition)

    def last(self, day: date) -> DayOutcome | None:
        """Return what the last try for the digest's own audience came to, in this process."""
        return self._came.get((day, self.editions.main.audience))

    async def _wanted(self) -> dict[date, list[DigestSpec]]:
        """Return the days to look at, oldest first, and who reads each."""
        today = self.editions.press.in_work_at(self.now())
        wanted: dict[date, dict[str, DigestSpec]] = {}
        for hour in await self.hours.struck():
            if hour.day < today:
                wanted.setdefault(hour.day, {}).update(await self._missing(hour))
        wanted[today] = {spec.audience: spec for spec in await self.editions.wishes()}
        return {day: list(wanted[day].values()) for day in sorted(wanted)}

    async def _missing(self, hour: Hour) -> dict[str, DigestSpec]:
        """Return what chats still want of an earlier day that has no edition for them."""
        found: dict[str, DigestSpec] = {}
        async for chat in self.hours.due(hour):
            spec = self.editions.spec(chat.language)
            if spec.audience not in found:
                came = await self.day_outcome(hour.day, spec.audience)
                if came is None or came.try_at is not None:
                    found[spec.audience] = spec
        return found

    def _in_time(self, day: date) -> datetime:
        return self.editions.press.until(day, self.now())

    def _judge(self, edition: Edition) -> DayOutcome:
        press = self.editions.press.time_of(edition.digest.day)
        return day_outcome(edition.digest, press=press, now=self.now())


def _shows(edition: Edition) -> tuple[object, ...]:
    """Return what of an edition stands in its message."""
    return edition.digest, set(edition.waiting)
