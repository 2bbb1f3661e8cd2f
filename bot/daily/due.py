"""Which edition is out, whose hour has struck, and which edition that made due to them."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.daily.editions import ReleaseTime
from core.models.chat import Chat
from core.store.audience.chats import Chats

CATCH_UP = timedelta(hours=16)
"""How late a morning is still brought. After that the next one is near, and brings what was missed
with it: nobody gets two digests on one morning, or one in the middle of the night."""
_PAGE = 500


@dataclass(frozen=True, order=True)
class Hour:
    """An hour of the audience's that has struck."""

    struck: datetime
    at: time
    zone: str
    day: date
    """The edition that is owed since."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Hours:
    chats: Chats
    press: ReleaseTime
    now: Callable[[], datetime]

    def today(self) -> date:
        return self.now().astimezone(self.press.zone).date()

    def newest_day(self) -> date:
        """Return the day whose edition is out now, or was due last."""
        return self.press.out_at(self.now())

    def owed(self, chat: Chat) -> date | None:
        """Return the day that `chat` is owed by now, whether it is made already or not."""
        now, press = self.now(), self.press
        struck = press.last_due(now, chat.at, ZoneInfo(chat.zone))
        day = press.out_at(struck)
        is_listening = chat.left_at is None and chat.paused_at is None
        had = chat.had_day is not None and chat.had_day >= day
        is_due = chat.joined_at < struck and now - struck < CATCH_UP
        return day if is_listening and is_due and not had else None

    def next_post(self, chat: Chat) -> datetime:
        """Return when `chat` gets its next edition, should there be one."""
        if self.owed(chat) is not None:
            return self.now()  # the next round of deliveries brings it
        zone, press = ZoneInfo(chat.zone), self.press
        moment = press.next_due(self.now(), chat.at, zone)
        while chat.had_day is not None and press.out_at(moment) <= chat.had_day:
            moment = press.next_due(moment, chat.at, zone)
        return moment

    async def struck(self) -> list[Hour]:
        """Return the hours that struck and are not too long ago, the latest first."""
        now, found = self.now(), []
        for at, zone in await self.chats.times():
            struck = self.press.last_due(now, at, ZoneInfo(zone))
            if now - struck < CATCH_UP:
                found.append(Hour(struck, at, zone, self.press.out_at(struck)))
        return sorted(found, reverse=True)

    async def due(self, hour: Hour, *, limit: int | None = None) -> AsyncIterator[Chat]:
        """Yield who is owed the edition of `hour`, by id; channels come first that way."""
        after: int | None = None
        while page := await self.chats.due(
            hour.at,
            hour.zone,
            edition=hour.day,
            struck=hour.struck,
            limit=limit or _PAGE,
            after=after,
        ):
            for chat in page:
                yield chat
            if limit is not None:
                return
            after = page[-1].chat_id
