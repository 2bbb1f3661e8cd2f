"""The morning's steps: build in time, deliver to whose hour has struck, mend, watch; and `push`.

Each step looks at what is so now and does what is missing, so it may run every minute, be broken
off anywhere and run again; what must not be done twice is decided by the ledger alone. Steps do
not wait for each other: a delivery of five minutes keeps nobody from building or mending.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.daily.admin_alerts import AdminAlert, AdminAlerts
from bot.daily.building import Building
from bot.daily.channels import Channels
from bot.daily.completion import Completion
from bot.daily.day_status import DayStatus
from bot.daily.due import Hours
from bot.daily.editions import Editions
from bot.daily.posts import DIGEST, Posts, Silence
from bot.delivery.courier import Courier
from bot.delivery.post import DeliveryStats, Post
from core.digest.builder import DigestBuilder
from core.models.chat import Chat, ChatKind
from core.models.digest_spec import DigestSpec
from core.models.values import Edition
from core.store.audience.chats import Chats
from core.store.delivery.deliveries import Deliveries
from core.store.delivery_changes import GiveUp
from core.store.papers.pending_analyses import PendingAnalyses

logger = logging.getLogger(__name__)

MEND_EVERY = timedelta(minutes=5)
WATCH_EVERY = timedelta(minutes=10)
BEHIND = timedelta(minutes=30)
"""After which a push that is not through is worth a word to the administrators."""
RETRY, SHORTEST_RETRY = timedelta(minutes=1), timedelta(seconds=5)
"""Between tries of what Telegram holds back; the second where the ledger names a moment."""
LONGEST_RETRY = timedelta(minutes=30)
"""The pause grows to it while nothing gets through."""
PUSH_PATIENCE = timedelta(hours=3)
"""How long `push` waits for what Telegram holds back; another run goes on from there."""
FULFIL_PATIENCE = timedelta(minutes=5)
"""How long `push` waits for models once the post is out; what comes later is a running bot's."""
NOTICE_EVERY = timedelta(minutes=30)
"""How often it is tried to say that sources are down, to those who are still owed the day."""
Sleep = Callable[[float], Awaitable[None]]


class DailyJobs:
    def __init__(
        self,
        *,
        chats: Chats,
        deliveries: Deliveries,
        pending_analyses: PendingAnalyses,
        builder: DigestBuilder,
        editions: Editions,
        courier: Courier,
        channels: Channels,
        watch: AdminAlerts,
        username: str,
        now: Callable[[], datetime],
        sleep: Sleep,
        run_pending: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        """`run_pending` makes the readings that readers asked for and that are due now."""
        self._chats = chats
        self._deliveries = deliveries
        self.editions = editions
        self._courier = courier
        self._channels = channels
        self._watch = watch
        self._now = now
        self._sleep = sleep
        self._run_pending = run_pending
        self.hours = Hours(chats=chats, press=editions.press, now=now)
        self._build = Building(
            builder=builder, editions=editions, hours=self.hours, chats=chats, now=now
        )
        self._posts = Posts(editions, username)
        self._completion = Completion(
            builder=builder,
            editions=editions,
            pending_analyses=pending_analyses,
            deliveries=deliveries,
            posts=self._posts,
            courier=courier,
            now=now,
        )
        self._began = now()
        self._next_mend = self._next_watch = self._began
        self._tried: date | None = None
        """The edition that was last begun, for whoever reads."""
        self._noticed: dict[int, datetime] = {}
        self._untold: dict[str, AdminAlert] = {}
        """What the administrators should hear and could not be told yet."""
        self._lost: list[str] = []
        """Channels that could not be written to, when they were last looked at."""
        self._round = self._last_round = datetime.min.replace(tzinfo=UTC)
        """When the latest delivery began, and when the latest that ended had."""
        self._building, self._delivering, self._mending = (asyncio.Lock() for _ in range(3))
        self._settling, self._watching = asyncio.Lock(), asyncio.Lock()

    async def tick(self) -> None:
        """Do all that is due now, one step after the other."""
        await self.build()
        await self.deliver()
        await self.complete()
        await self.run_pending()
        await self.watch()

    async def build(self, until: datetime | None = None) -> None:
        """Build the edition in work, for all who read one; nothing while that goes on already.

        Nobody is waited for after `until`; without, so that it is out in time.
        """
        if self._building.locked():
            return
        async with self._building:
            await self._channels.sync()
            self._tried = self.editions.press.in_work_at(self._now())
            changed, failed = await self._build.build_due(until)
            await self._completion.note(changed)
            await self._build.make_own(until)
            if failed:  # the administrators hear of it
                raise failed[0]

    async def deliver(self) -> DeliveryStats | None:
        """Bring each chat whose hour struck what it is owed; None while that goes on already."""
        if self._delivering.locked():
            return None
        async with self._a_round():
            stats = await self._courier.deliver(self._owed())
        return await self._delivered(stats)

    async def complete(self) -> None:
        """Make what earlier editions still lack, when it is time, and edit what was sent."""
        if self._mending.locked():
            return
        async with self._mending:
            if self._now() >= self._next_mend:
                self._next_mend = self._now() + MEND_EVERY
                await self._completion.complete_due()
            await self._completion.edit_sent()

    async def run_pending(self) -> None:
        if self._run_pending is None or self._settling.locked():
            return
        async with self._settling:
            await self._run_pending()

    async def watch(self) -> None:
        """Tell the administrators what they should know, when it is time."""
        if self._watching.locked() or self._now() < self._next_watch:
            return
        await self._tell_untold()
        await self._look()

    async def look_at_channels(self) -> None:
        """Tell at once when a channel begins to refuse, and when it is back."""
        lost = await self._channels.lost()
        if lost != self._lost:
            self._lost = lost
            await self._look()

    async def resume(self, *, believes: bool) -> None:
        """Go on with a push that pauses; `believes` that those who seemed gone really are."""
        await self._courier.resume(believes=believes)

    def stop(self) -> None:
        """Bring nothing new to anybody: what is under way is finished."""
        self._courier.stop()

    async def settled(self) -> None:
        """Return when no step is under way: after a shutdown, when all was handed back."""
        for lock in (self._building, self._delivering, self._mending, self._settling):
            async with lock:
                pass
        async with self._watching:
            pass

    async def edition_of(self, day: date, chat: Chat) -> Edition | None:
        return await self.editions.of(day, chat) if day <= self.hours.newest_day() else None

    async def is_open(self, day: date) -> bool:
        """Whether an edition of `day` may still come: its list is late, or it is in work."""
        came = await self._build.day_outcome(day, self.editions.main.audience)
        return day <= self.last_day if came is None else came.try_at is not None

    async def is_waiting(self, chat: Chat) -> bool:
        """Whether `chat` is owed a day that is still to be made: its list is late, or in work."""
        day = self.hours.owed(chat)
        return day is not None and await self.is_open(day)

    async def newcomer(self, chat: Chat) -> Chat:
        """Return `chat` as it joins now: owed the day that is still to be made, or the next one."""
        at = self.editions.press.last_due(self._now(), chat.at, ZoneInfo(chat.zone))
        owed = replace(chat, joined_at=at - timedelta(seconds=1), left_at=None)
        return owed if await self.is_waiting(owed) else replace(chat, joined_at=self._now())

    async def is_making(self) -> bool:
        """Whether the edition that is out by now is being made, or will be at the next tick."""
        day = self.editions.press.in_work_at(self._now())
        if day != self.hours.newest_day():
            return False
        if not await self.is_open(day):
            return False  # a tick looks in on settled days too, with the lock held
        if self._building.locked():
            return True
        has_tried = self._tried == day or day > self.last_day
        return not has_tried and bool(await self._chats.times())

    @property
    def last_day(self) -> date:
        """The last day that will ever have an edition: only bundled days have an end."""
        return self.editions.last_day

    def is_over(self, at: datetime) -> bool:
        """Whether the edition that is out at `at` will never be."""
        return self.editions.press.out_at(at) > self.last_day

    async def preview(self, day: date) -> Edition:
        """Return `day`'s edition of the digest's own audience, built now if need be."""
        async with self._building:
            edition, has_changed = await self._build.make(day, self.editions.main)
            if has_changed:
                await self._completion.note([(day, self.editions.main.audience)])
        return edition

    async def publish(self, day: date) -> DeliveryStats:
        """Deliver `day` to the channels now, and to others what they are owed by now."""
        async with self._a_round():
            stats = await self._courier.deliver(self._pushed(day))
        return await self._delivered(stats)

    async def push(self, day: date | None = None) -> DeliveryStats:
        """Build what is needed and deliver until everything is sent or given up.

        Without a day it is today's edition, for the channels now and for everybody else whose hour
        has struck. Safe to run again, and beside a running bot: nothing is sent twice.
        """
        day = day or self.hours.today()
        in_time = self.editions.press.until(day, self._now())
        await self.build(in_time)
        async with self._building:
            waiting = [
                spec
                for spec in await self.editions.wishes()
                if (await self._build.make(day, spec, until=in_time))[0].waiting
            ]
            await self.editions.make_own(day, until=in_time)
        tally = latest = await self.publish(day)
        await self._fulfil(day, waiting)
        until, pause = self._now() + PUSH_PATIENCE, SHORTEST_RETRY
        while latest.held or latest.unsure or latest.paused_until:
            at = max(latest.paused_until or self._now(), await self._next_try())
            at = max(at, self._now() + pause)
            if at > until:
                break
            await self._sleep((at - self._now()).total_seconds())
            latest = await self.publish(day)
            # What waits for Telegram to take messages is due all the time.
            pause = SHORTEST_RETRY if latest.sent else min(2 * pause, LONGEST_RETRY)
            tally = replace(tally + latest, held=latest.held, paused_until=latest.paused_until)
        return tally

    async def _fulfil(self, day: date, wishes: Sequence[DigestSpec]) -> None:
        """Give the models the time they did not have before the post, and edit it."""
        until = self._now() + FULFIL_PATIENCE
        async with self._building:
            for spec in wishes:
                if (await self._build.make(day, spec, until=until))[1]:
                    await self._completion.note([(day, spec.audience)])
        await self._completion.edit_sent()

    async def _next_try(self) -> datetime:
        """Return when to try again what was held: when the ledger says, but not at every moment."""
        now = self._now()
        at = await self._deliveries.next_try(DIGEST, now)
        return max(at or now + RETRY, now + SHORTEST_RETRY)

    @asynccontextmanager
    async def _a_round(self) -> AsyncIterator[None]:
        """Deliver, and note since when."""
        async with self._delivering:
            self._round = self._now()
            try:
                yield
            finally:
                self._last_round = self._round

    async def _delivered(self, stats: DeliveryStats) -> DeliveryStats:
        for trouble in self._watch.of_delivery(stats, self.editions.press.zone):
            self._untold[trouble.key] = trouble
        await self._tell_untold()
        if stats != DeliveryStats():
            await self.look_at_channels()
        return stats

    async def _tell_untold(self) -> None:
        """Tell what is new; what reaches nobody is told when somebody can be reached."""
        for key, trouble in tuple(self._untold.items()):
            if await self._watch.say_once(trouble):
                self._untold.pop(key, None)

    async def _look(self) -> None:
        async with self._watching:
            self._next_watch = self._now() + WATCH_EVERY
            await self._watch.look(await self._troubles())

    async def _owed(self) -> AsyncIterator[tuple[Chat, Post]]:
        """Yield what is owed now, made one at a time as it is taken."""
        for hour in await self.hours.struck():
            silent: list[GiveUp] = []
            async for chat in self.hours.due(hour):
                post = await self._post(chat, hour.day)
                if isinstance(post, Silence):
                    given_up = GiveUp(chat.chat_id, post.key, 0, self._now(), "silent", post.day)
                    silent.append(given_up)
                elif post is not None and not self._is_noticed(chat, post):
                    yield chat, post
            if silent:
                await self._deliveries.apply(silent)

    async def _pushed(self, day: date) -> AsyncIterator[tuple[Chat, Post]]:
        """Yield `day` for the channels, whatever their hour, then what is owed to others."""
        for name in self._channels.names:
            chat = await self._chats.by_handle(name)
            if chat is None or chat.left_at or chat.paused_at:
                continue
            post = await self._post(chat, day)
            if isinstance(post, Post):
                yield chat, post
        async for chat, owed in self._owed():
            if chat.kind is not ChatKind.CHANNEL or chat.handle is None:
                yield chat, owed

    def _is_noticed(self, chat: Chat, post: Post) -> bool:
        """Whether `post` only says that sources are down, and was handed on just now.

        The chat is owed the day still, so it comes by every minute.
        """
        if post.day is not None:
            return False
        last = self._noticed.get(chat.chat_id)
        if last is not None and self._now() - last < NOTICE_EVERY:
            return True
        self._noticed[chat.chat_id] = self._now()
        return False

    async def _post(self, chat: Chat, day: date) -> Post | Silence | None:
        came = await self._build.day_outcome(day, self.editions.spec(chat.language).audience)
        return None if came is None else await self._posts.of(chat, day, came)

    async def _troubles(self) -> list[AdminAlert]:
        """Return what is wrong with channels, with the day in work and with its push."""
        today = self.editions.press.in_work_at(self._now())
        found = [self._watch.lost_channel(name) for name in await self._channels.lost()]
        came = self._build.last(today)
        if came is not None and came.standing is DayStatus.DOWN:
            found.append(self._watch.nothing_yet(today, came.down))
        return [*found, *[self._watch.behind(day, BEHIND) for day in await self._behind()]]

    def _has_tried(self, since: datetime) -> bool:
        """Whether a delivery that began since then has ended, or one takes too long."""
        is_slow = self._delivering.locked() and self._now() - self._round >= BEHIND
        return is_slow or self._last_round >= since

    async def _behind(self) -> set[date]:
        """Return the editions that are out and still owed to somebody, for too long."""
        now, late = self._now(), set()
        for hour in await self.hours.struck():
            if now - max(hour.struck, self._began) < BEHIND or hour.day in late:
                continue
            if not self._has_tried(hour.struck):
                continue  # a clock that jumped, a machine that slept: nothing hangs
            async for chat in self.hours.due(hour):
                if chat.refused_at is not None:
                    continue  # that is its own matter
                edition = await self.editions.get(
                    hour.day, self.editions.spec(chat.language).audience
                )
                if edition is not None and now - edition.digest.created_at >= BEHIND:
                    late.add(hour.day)
                break
        return late
