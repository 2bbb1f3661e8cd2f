"""Edits what was sent, when what was missing has come: a promise kept in the same message.

A day may stand in the message of a later one, for a chat that missed it. Which days a message holds
is read off the ledger: those since the chat's message before. And one round of edits is not enough:
Telegram may hold some back, a message may be on its way while the edition changes, a crash may come
between. So it is compared again some time later, and at start; where nothing differs, that costs no
call.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.daily.editions import MISSED, Editions
from bot.daily.posts import DIGEST, QUIET, Posts
from bot.delivery.courier import Courier
from bot.render.message import Message
from core.digest.builder import DigestBuilder
from core.models.chat import Chat
from core.models.values import Edition
from core.store.delivery.deliveries import Deliveries
from core.store.papers.pending_analyses import PendingAnalyses

logger = logging.getLogger(__name__)

AGAIN = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
"""When what was sent is compared once more with an edition that changed."""
_DAY = timedelta(days=1)
Key = tuple[date, str]
"""Day and audience of an edition."""


@dataclass(eq=False, repr=False, kw_only=True)
class Completion:
    """Completes editions and the messages that show them."""

    builder: DigestBuilder
    editions: Editions
    pending_analyses: PendingAnalyses
    deliveries: Deliveries
    posts: Posts
    courier: Courier
    now: Callable[[], datetime]

    def __post_init__(self) -> None:
        self._changed: dict[Key, list[datetime]] | None = None
        """Editions whose messages may differ from them, and when to compare the two."""

    async def note(self, changed: Iterable[Key]) -> None:
        """Remember that editions are not what they were."""
        known, now = await self._open(), self.now()
        for key in changed:
            known[key] = [now, *(now + pause for pause in AGAIN)]

    async def complete_due(self) -> None:
        completed = await self.builder.complete()
        for edition in completed:
            self.editions.keep(edition)
        await self.note((edition.digest.day, edition.digest.audience) for edition in completed)

    async def edit_sent(self) -> int:
        """Edit what was sent of editions that changed; return the number of edits."""
        edited, changed = 0, await self._open()
        for key, times in tuple(changed.items()):
            if times[0] > self.now():
                continue
            edited += await self._amend(*key)
            if changed[key] is times:  # it has not changed again meanwhile
                later = [moment for moment in times if moment > self.now()]
                changed[key] = later
                if not later:
                    del changed[key]
        return edited

    async def _open(self) -> dict[Key, list[datetime]]:
        if self._changed is None:
            now = self.now()
            self._changed = {key: [now] for key in await self._mended_lately()}
        return self._changed

    async def _mended_lately(self) -> list[Key]:
        today = self.editions.press.in_work_at(self.now())
        days = [today - back * _DAY for back in range(MISSED)]
        audiences = [wish.audience for wish in await self.editions.wishes()]
        keys = [(day, audience) for day in reversed(days) for audience in audiences]
        return [
            key for key in keys if any(row.done_at for row in await self.pending_analyses.of(*key))
        ]

    async def _amend(self, day: date, audience: str) -> int:
        newest = self.editions.press.in_work_at(self.now())
        last = min(newest, day + (MISSED - 1) * _DAY)
        ledger = _Ledger(self.deliveries)
        edited = 0
        while day <= last:
            edited += await self._amend_post(last, day, audience, ledger)
            last -= _DAY
        if edited:
            logger.info("%s of %s was mended in %d messages", audience, day, edited)
        return edited

    async def _amend_post(self, post: date, day: date, audience: str, ledger: "_Ledger") -> int:
        """Edit the messages of `post` that show `day`."""
        if not await ledger.got(post):
            return 0

        async def message_of(chat: Chat) -> Sequence[Message] | None:
            if self.editions.spec(chat.language).audience != audience:
                return None  # it reads another edition by now
            if await self.editions.has_own(day, chat):
                return None  # of own lists nothing waits
            editions = await self._shown(chat, post, audience, ledger)
            if day not in {edition.digest.day for edition in editions}:
                return None
            return self.posts.render(editions, self.posts.view(chat))

        return await self.courier.edit_sent(f"{DIGEST}{post}", message_of)

    async def _shown(
        self, chat: Chat, post: date, audience: str, ledger: "_Ledger"
    ) -> list[Edition]:
        """Return what the message of `post` to `chat` shows, oldest first; nothing if unknown."""
        sent_at = (await ledger.got(post)).get(chat.chat_id)
        if sent_at is None or sent_at < chat.joined_at:
            return []  # it came back since: what it had missed then is not known any more
        joined = self.editions.press.out_at(chat.joined_at)
        days = [post]
        while len(days) < MISSED:
            day = days[-1] - _DAY
            if day <= joined or chat.chat_id in await ledger.got(day):
                break
            days.append(day)
        found = [await self.editions.get(day, audience) for day in reversed(days)]
        return [edition for edition in found if edition is not None]


class _Ledger:
    """Who got a message of a day, and when; each day is read once."""

    def __init__(self, deliveries: Deliveries) -> None:
        self._deliveries = deliveries
        self._days: dict[date, dict[int, datetime]] = defaultdict(dict)
        self._read: set[date] = set()

    async def got(self, day: date) -> dict[int, datetime]:
        """Return the chats that got the digest or the quiet line of `day`."""
        if day not in self._read:
            for post in (f"{DIGEST}{day}", f"{QUIET}{day}"):
                await self._page(day, post)
            self._read.add(day)
        return self._days[day]

    async def _page(self, day: date, post: str) -> None:
        rows = await self._deliveries.sent(post)
        while rows:
            for row in rows:
                if row.sent_at is not None:
                    self._days[day][row.chat_id] = row.sent_at
            rows = await self._deliveries.sent(post, after=rows[-1].chat_id)
