"""How many new readings there are left today, for one reader and for all together.

Only those count that cost a model call; a day is one of DIGEST_TIMEZONE. A limit of 0 is none.
They are counted before the work, in the transaction that takes the wish down. A reading that has to
wait keeps its count, for it comes; a question no model answered gets it back.
"""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.render.reader_time import midnight, moment
from core.locale import Sentence
from core.models.values import Language
from core.store import Allowance, Limit
from core.store.audience.usage import Usages

READING = "reading"
_NONE_LEFT = Sentence("limits.none_left")
_NONE_FOR_ALL = Sentence("limits.none_for_all")


@dataclass(eq=False, repr=False)
class DailyLimits:
    """Counts what people ask of the models in a day.

    `own` and `for_all` are the new readings of a day, of one person and of all together.
    """

    usage: Usages
    _: KW_ONLY
    own: int
    for_all: int
    zone: ZoneInfo
    now: Callable[[], datetime]

    def __post_init__(self) -> None:
        self._pruned: date | None = None

    def of_readings(
        self, person: int, *, is_exempt: bool = False, at: datetime | None = None
    ) -> Allowance:
        """Return what somebody may read today, or on the day of `at`; the exempt are counted."""
        return Allowance(
            READING,
            self._day(at),
            person,
            own=None if is_exempt else self.own or None,
            for_all=None if is_exempt else self.for_all or None,
        )

    async def readings_left(self, person: int) -> int | None:
        """Return how many new readings somebody may ask for; None where there is no limit."""
        allowed = self.of_readings(person)
        own, of_all = await self.usage.used(allowed)
        pairs = ((allowed.own, own), (allowed.for_all, of_all))
        lefts = [limit - used for limit, used in pairs if limit is not None]
        return max(min(lefts), 0) if lefts else None

    async def give_back(self, person: int, at: datetime) -> None:
        """Let a reading of the day of `at` not have counted."""
        await self.usage.give_back(self.of_readings(person, at=at))

    async def take(self, what: str, person: int, own: int | None) -> bool:
        """Count one more of something else today; False when somebody has had `own` of it."""
        allowed = Allowance(what, self._day(), person, own=own)
        return await self.usage.take(allowed) is None

    async def prune(self) -> None:
        """Once a day, let what was counted on days past be nobody's."""
        today = self._day()
        if today != self._pruned:
            await self.usage.prune(today)
            self._pruned = today

    def nothing_left(self, limit: Limit, language: Language) -> str:
        if limit is Limit.OWN:
            said, count = _NONE_LEFT, self.own
        else:
            said, count = _NONE_FOR_ALL, self.for_all
        now = self.now()
        resets = midnight(now, self.zone, days_ahead=1)
        return said(language, count=count, resets=moment(resets, now, self.zone.key, language))

    def _day(self, at: datetime | None = None) -> date:
        return (at or self.now()).astimezone(self.zone).date()
