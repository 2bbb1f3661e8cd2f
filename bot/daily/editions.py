"""Who reads which edition: audiences, building them in time, and what a day came to.

One edition serves everybody who wants the same: the digest's own audience ("main") and its other
language ("main:en"). Who has topics or opinions of their own reads a list of their own, chosen from
the same candidates once the digest of the day is there (`core.personal`). An edition that found
nothing to choose from is not stored, so what a day came to is known here only, and asked for again
after a restart.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.daily.calendar import edition_at, last_struck, next_strike, press_time, strike_day
from core.digest.builder import DigestBuilder
from core.models.chat import Chat
from core.models.digest_spec import DigestSpec
from core.models.values import Delay, Edition, Language, NoteKind, OwnList, OwnPaper, ScoredPaper
from core.personal.list_builder import ListBuilder
from core.store.audience.chats import Chats
from core.store.audience.lists import Lists
from core.store.papers.digests import Digests
from core.store.papers.papers import Papers
from core.store.papers.pending_analyses import PendingAnalyses

logger = logging.getLogger(__name__)

LEAD = timedelta(minutes=20)
"""Building starts so long before press time."""
IN_TIME = timedelta(seconds=30)
"""So long before press time nobody is waited for any more: what is left is our own work."""
LATE = timedelta(minutes=3)
"""For sources and models when building begins late: after a downtime, or by `push`."""
MISSED = 7
"""Missed days that are still told, in one message."""
_KEPT = 128
"""Editions kept at hand: those of today for the usual audiences, with room for readers' own."""

OWN = "reader:"
"""How the audience of an own list begins."""
_OF_SOURCES = frozenset(
    {
        NoteKind.SOURCE_DOWN,
        NoteKind.SOURCE_OFF,
        NoteKind.SOURCE_PARTIAL,
        NoteKind.NO_ANNOUNCEMENT,
        NoteKind.NOT_YET_ANNOUNCED,
        NoteKind.CATCHING_UP,
        NoteKind.BUNDLED,
    }
)
"""What a digest says of its day, whoever reads it."""
_NONE_HOLDS = timedelta(minutes=1)
_NONE_KEPT = 4096
"""How long, and for how many, it is believed that an edition is not stored: another process may
store it (`paperboy digest` beside the bot)."""


@dataclass(frozen=True)
class ReleaseTime:
    at: time
    zone: ZoneInfo

    def time_of(self, day: date) -> datetime:
        """Return when the edition of `day` comes out."""
        return press_time(day, self.at, self.zone)

    def until(self, day: date, now: datetime) -> datetime:
        """Return until when sources and models are waited for, if building begins `now`."""
        return max(self.time_of(day) - IN_TIME, now + LATE)

    def out_at(self, instant: datetime) -> date:
        """Return the newest edition that is out at `instant`, or about to be."""
        return edition_at(instant, self.at, self.zone)

    def last_due(self, now: datetime, at: time, zone: ZoneInfo) -> datetime:
        """Return the latest moment not after `now` that brought an edition to those who keep `at`.

        An hour before the edition of its own day waits for that, so that no day stays empty.
        """
        struck = last_struck(now, at, zone)
        while (due := self._due(struck, zone)) > now:
            struck = last_struck(struck - timedelta(seconds=1), at, zone)
        return due

    def next_due(self, now: datetime, at: time, zone: ZoneInfo) -> datetime:
        """Return the first moment after `now` that brings one."""
        struck = last_struck(now, at, zone)
        while (due := self._due(struck, zone)) <= now:
            struck = next_strike(struck, at, zone)
        return due

    def _due(self, struck: datetime, zone: ZoneInfo) -> datetime:
        day = struck.astimezone(zone).date()
        comes_out = self.time_of(day)
        waits = self.out_at(struck) < day == comes_out.astimezone(zone).date()
        return comes_out if waits else struck

    def in_work_at(self, instant: datetime) -> date:
        """Return the newest edition that is to be built at `instant`."""
        return strike_day(instant + LEAD, self.at, self.zone)


class Editions:
    """Looks up what is stored, and keeps the latest at hand."""

    def __init__(
        self,
        *,
        chats: Chats,
        lists: Lists,
        digests: Digests,
        papers: Papers,
        pending_analyses: PendingAnalyses,
        builder: DigestBuilder,
        list_builder: ListBuilder,
        spec: DigestSpec,
        press: ReleaseTime,
        now: Callable[[], datetime],
    ) -> None:
        """`spec` is the digest's own; `list_builder` makes readers' own."""
        self.press = press
        self.main = spec
        self.last_day = builder.last_day
        self._chats = chats
        self._lists = lists
        self._digests = digests
        self._papers = papers
        self._pending_analyses = pending_analyses
        self._builder = builder
        self._list_builder = list_builder
        self._now = now
        self._at_hand: OrderedDict[tuple[date, str], Edition] = OrderedDict()
        self._none: dict[tuple[date, str], datetime] = {}
        """What is not stored, as of when: ten thousand readers who missed a week ask for it."""
        self._meanwhile: dict[tuple[date, str], tuple[Edition, Edition]] = {}
        """Editions worded locally, until they are built; each behind the one it was made from."""
        self._own: dict[date, tuple[set[int], datetime]] = {}
        """Who has an own list of a day, as of when."""

    def spec(self, language: Language) -> DigestSpec:
        return self.main.in_language(language)

    async def wishes(self) -> list[DigestSpec]:
        """Return what is wanted now: the digest's own first."""
        wanted = {spec.audience: spec for spec in [self.main]}
        for language in await self._chats.languages():
            spec = self.spec(language)
            wanted.setdefault(spec.audience, spec)
        return list(wanted.values())

    async def make_own(
        self, day: date, *, until: datetime | None = None, is_owed: bool = False
    ) -> int:
        """Make the own lists that are missing of a day that is out; return how many.

        No model is waited for after `until`. With `is_owed` only for those who have not had that
        day.
        """
        base = await self.get(day, self.main.audience)
        if base is None:
            return 0
        made = await self._list_builder.make_all(base.digest, until=until, is_owed=is_owed)
        if made:
            self._own.pop(day, None)
        return made

    def keep(self, edition: Edition) -> None:
        """Have `edition` at hand from now on; one that is not stored is nobody's to read."""
        if not edition.digest.candidates:
            return
        key = (edition.digest.day, edition.digest.audience)
        self._none.pop(key, None)
        self._meanwhile.pop(key, None)
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
        digest = await self._builder.get(day, audience)
        if digest is None:
            if len(self._none) >= _NONE_KEPT:
                self._none.clear()
            self._none[key] = self._now()
            return None
        rows = await self._pending_analyses.of(day, audience)
        # What a reading waits for is not stored. Quotas are nearly always the reason, and what
        # completes the edition in this process says it exactly.
        picked = {pick.paper.id for pick in digest.picks}
        waiting = {
            row.paper_id: Delay.QUOTA
            for row in rows
            if row.done_at is None and row.paper_id in picked
        }
        # Headlines are the readings', where they have some: as in what was sent before a restart.
        readings = await self._builder.readings(digest)
        edition = Edition(digest=digest, analyses=readings, waiting=waiting)
        self.keep(edition)
        return edition

    async def recent_days(self, most: int) -> list[date]:
        stored = await self._digests.recent(most * 4)
        return sorted({digest.day for digest in stored if digest.candidates}, reverse=True)[:most]

    async def of(self, day: date, chat: Chat) -> Edition | None:
        """Return what `chat` reads of a day: its own list, made now if need be, or the digest."""
        base = await self.in_language(day, chat.language)
        if base is None:
            return None
        own = None
        if chat.chat_id in await self._having(day):
            own = await self._lists.get(day, chat.chat_id)
        elif chat.is_personal:
            own = await self._list_builder.make_one(base.digest, chat)
            self._own.pop(day, None)
        return base if own is None else await self._as_edition(own, base)

    async def in_language(self, day: date, language: Language) -> Edition | None:
        """Return the digest of a day in a language: worded locally while it is not built in it.

        Nobody is shown the words of another language meanwhile.
        """
        spec, main = self.spec(language), await self.get(day, self.main.audience)
        edition = await self.get(day, spec.audience)
        if edition is not None or main is None:
            return edition
        known = self._meanwhile.get((day, spec.audience))
        if known is None or known[0] is not main:
            made = await self._builder.translate(main.digest, spec, context=None)
            known = self._meanwhile[day, spec.audience] = (main, made)
        return known[1]

    def meanwhile(self, day: date, audience: str) -> Edition | None:
        """Return what was shown of a day before it was built for an audience."""
        known = self._meanwhile.get((day, audience))
        return None if known is None else known[1]

    async def has_own(self, day: date, chat: Chat) -> bool:
        return chat.chat_id in await self._having(day)

    async def renew(self, chat: Chat) -> None:
        """Have the newest list of `chat` made anew: it wants something else now."""
        day = self.press.out_at(self._now())
        for edition in await self._newest(day, chat):
            await self._lists.drop(edition.digest.day, chat.chat_id)
        self._own.clear()

    async def _having(self, day: date) -> set[int]:
        """Return who has a list of `day`; another process may make some."""
        known = self._own.get(day)
        if known is None or self._now() - known[1] >= _NONE_HOLDS:
            self._own = {of: kept for of, kept in self._own.items() if (day - of).days < MISSED}
            known = self._own[day] = (await self._lists.having(day), self._now())
        return known[0]

    async def _as_edition(self, own: OwnList, base: Edition) -> Edition:
        """Return a reader's own list as an edition; what is the same for all is the digest's."""
        listed = [*own.picks, *own.others, *([own.beside] if own.beside else [])]
        papers = await self._papers.get_many([item.id for item in listed])
        shared = {one.paper.id: one.headline for one in (*base.digest.picks, *base.digest.others)}

        def scored(item: OwnPaper) -> ScoredPaper:
            return ScoredPaper(
                paper=papers[item.id],
                score=item.score,
                kind=item.kind,
                reason=item.reason,
                headline=item.headline or shared.get(item.id, ""),
                model=item.model,
                top_share=item.top_share,
            )

        digest = base.digest.model_copy(
            update={
                "audience": f"{OWN}{own.chat_id}",
                "language": own.language,
                "focus": own.focus,
                "picks": tuple(scored(item) for item in own.picks if item.id in papers),
                "others": tuple(scored(item) for item in own.others if item.id in papers),
                "beside": scored(own.beside) if own.beside and own.beside.id in papers else None,
                "notes": (
                    *(note for note in base.digest.notes if note.kind in _OF_SOURCES),
                    *own.notes,
                ),
                "created_at": own.created_at,
            }
        )
        return Edition(digest=digest)

    async def latest_for(self, chat: Chat, at: datetime) -> list[Edition]:
        """Return what `chat` is to read at `at`, oldest first: missed days, and the newest.

        Where it missed nothing, that is the newest edition alone, had or not; nothing when none
        of the last days brought any.
        """
        newest = self.press.out_at(at)
        missed = await self.missed(chat, newest)
        return missed or await self._newest(newest, chat)

    async def missed(self, chat: Chat, newest: date) -> list[Edition]:
        """Return the editions up to `newest` that `chat` has not had, oldest first."""
        since = self.first_owed(chat, newest)
        days = [since + timedelta(days=number) for number in range((newest - since).days + 1)]
        found = [await self.of(day, chat) for day in days]
        return [edition for edition in found if edition is not None]

    def first_owed(self, chat: Chat, newest: date) -> date:
        """Return the first day that a message with `newest` may bring.

        Not a day `chat` had, nor one that was out when it joined: those are no missed days.
        """
        joined = self.press.out_at(chat.joined_at) + timedelta(days=1)
        first = max(newest - timedelta(days=MISSED - 1), min(newest, joined))
        return first if chat.had_day is None else max(first, chat.had_day + timedelta(days=1))

    async def _newest(self, newest: date, chat: Chat) -> list[Edition]:
        for back in range(MISSED):
            edition = await self.of(newest - timedelta(days=back), chat)
            if edition is not None:
                return [edition]
        return []
