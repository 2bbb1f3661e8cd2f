"""Who reads which edition: audiences, building them in time, and what a day came to.

One edition serves everybody who wants the same: the digest's own audience ("main"), its other
language ("main:en"), and one for each set of topics readers have chosen ("focus:<hash>:zh").
What a newcomer would get wrong: an edition that found nothing to choose from is not stored, so
what a day came to is known here only, and asked for again after a restart.
"""

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.morning.calendar import edition_at, press_time, strike_day
from core.digest import DigestBuilder, Wish
from core.llm import ORDINARY, Errand
from core.models import Delay, Edition, Focus, Language
from core.store import Store
from core.store.chats import Chat

logger = logging.getLogger(__name__)

LEAD = timedelta(minutes=20)
"""Building starts so long before press time."""
MISSED = 7
"""Missed days that are still told, in one message."""
_KEPT = 128
"""Editions kept at hand: those of today for the usual audiences, with room for readers' own."""

_NONE_HOLDS = timedelta(minutes=1)
_NONE_KEPT = 4096
"""How long, and for how many, it is believed that an edition is not stored: another process may
store it (`paperboy digest` beside the bot)."""


@dataclass(frozen=True)
class Press:
    """When editions come out."""

    at: time
    zone: ZoneInfo

    def time_of(self, day: date) -> datetime:
        """Return when the edition of `day` comes out."""
        return press_time(day, self.at, self.zone)

    def out_at(self, instant: datetime) -> date:
        """Return the newest edition that is out at `instant`, or about to be."""
        return edition_at(instant, self.at, self.zone)

    def in_work_at(self, instant: datetime) -> date:
        """Return the newest edition that is to be built at `instant`."""
        return strike_day(instant + LEAD, self.at, self.zone)


class Editions:
    """Builds editions and keeps the latest at hand."""

    def __init__(
        self,
        *,
        store: Store,
        builder: DigestBuilder,
        personal: DigestBuilder,
        wish: Wish,
        press: Press,
        now: Callable[[], datetime],
    ) -> None:
        """`wish` is the digest's own; `personal` builds for readers' own topics."""
        self.press = press
        self.main = wish
        self._store = store
        self._builder = builder
        self._personal = personal
        self._now = now
        self._at_hand: OrderedDict[tuple[date, str], Edition] = OrderedDict()
        self._none: dict[tuple[date, str], datetime] = {}
        """What is not stored, as of when: ten thousand readers who missed a week ask for it."""

    def wish(self, language: Language, interests: Sequence[str] = ()) -> Wish:
        """Return what readers of this language and these topics want."""
        focus = self.main.focus
        if not interests or _same(interests, focus.interests):
            if language == self.main.language:
                return self.main
            name = f"{self.main.audience}:{language}"
            return replace(self.main, audience=name, language=language)
        key = "\n".join(_folded(interests))
        name = f"focus:{hashlib.sha256(key.encode()).hexdigest()[:12]}:{language}"
        focus = Focus(interests=tuple(interests))
        return replace(self.main, audience=name, focus=focus, language=language)

    def wish_of(self, chat: Chat) -> Wish:
        """Return what `chat` wants; its own number and threshold are applied when it is shown."""
        return self.wish(chat.language, chat.interests)

    async def wishes(self) -> list[Wish]:
        """Return what is wanted now: the digest's own first, readers' own topics last."""
        wanted = {wish.audience: wish for wish in [self.main]}
        for language, interests in await self._store.chats.audiences():
            wish = self.wish(language, interests)
            wanted.setdefault(wish.audience, wish)
        return sorted(wanted.values(), key=lambda wish: wish.focus != self.main.focus)

    async def build(
        self, day: date, wish: Wish, *, errand: Errand = ORDINARY, force: bool = False
    ) -> Edition:
        """Return `day`'s edition, made or completed now."""
        is_own = wish.focus != self.main.focus
        builder = self._personal if is_own else self._builder
        edition = await builder.build(day, wish, errand=errand, force=force)
        self.keep(edition)
        return edition

    async def mend(self) -> list[Edition]:
        """Make what is due of earlier editions; return those that changed."""
        mended = await self._builder.mend()
        for edition in mended:
            self.keep(edition)
        return mended

    def keep(self, edition: Edition) -> None:
        """Have `edition` at hand from now on; one that is not stored is nobody's to read."""
        if not edition.digest.candidates:
            return
        key = (edition.digest.day, edition.digest.audience)
        self._none.pop(key, None)
        self._at_hand[key] = edition
        self._at_hand.move_to_end(key)
        while len(self._at_hand) > _KEPT:
            self._at_hand.popitem(last=False)

    async def get(self, day: date, audience: str) -> Edition | None:
        """Return a stored edition as it is now; makes nothing, so it is quick."""
        key = (day, audience)
        if key in self._at_hand:
            self._at_hand.move_to_end(key)
            return self._at_hand[key]
        if key in self._none and self._now() - self._none[key] < _NONE_HOLDS:
            return None
        digest = await self._store.digests.get(day, audience)
        if digest is None:
            if len(self._none) >= _NONE_KEPT:
                self._none.clear()
            self._none[key] = self._now()
            return None
        rows = await self._store.awaited.of(day, audience)
        # What a reading waits for is not stored. Quotas are nearly always the reason, and what
        # completes the edition in this process says it exactly.
        waiting = {row.paper_id: Delay.QUOTA for row in rows if row.done_at is None}
        edition = Edition(digest=digest, waiting=waiting)
        self.keep(edition)
        return edition

    async def latest_for(self, chat: Chat, at: datetime) -> list[Edition]:
        """Return what `chat` is to read at `at`, oldest first: missed days, and the newest.

        Where it missed nothing, that is the newest edition alone, had or not; nothing when none
        of the last days brought any.
        """
        newest = self.press.out_at(at)
        missed = await self.missed(chat, newest)
        return missed or await self._newest(newest, self.wish_of(chat).audience)

    async def missed(self, chat: Chat, newest: date) -> list[Edition]:
        """Return the editions up to `newest` that `chat` has not had, oldest first."""
        since = self.first_owed(chat, newest)
        audience = self.wish_of(chat).audience
        days = [since + timedelta(days=number) for number in range((newest - since).days + 1)]
        found = [await self.get(day, audience) for day in days]
        return [edition for edition in found if edition is not None]

    def first_owed(self, chat: Chat, newest: date) -> date:
        """Return the first day that a message with `newest` may bring.

        Not a day `chat` had, nor one that was out when it joined: those are no missed days.
        """
        joined = self.press.out_at(chat.joined_at) + timedelta(days=1)
        first = max(newest - timedelta(days=MISSED - 1), min(newest, joined))
        return first if chat.had_day is None else max(first, chat.had_day + timedelta(days=1))

    async def _newest(self, newest: date, audience: str) -> list[Edition]:
        for back in range(MISSED):
            edition = await self.get(newest - timedelta(days=back), audience)
            if edition is not None:
                return [edition]
        return []


def _same(interests: Sequence[str], others: Sequence[str]) -> bool:
    return _folded(interests) == _folded(others)


def _folded(interests: Sequence[str]) -> list[str]:
    """Return topics as what they are, whatever their order and capitals."""
    return sorted({interest.casefold().strip() for interest in interests})
