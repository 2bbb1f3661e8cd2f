"""A week of mornings: sources with calendars, a courier that keeps the real ledger, a clock.

Everything between is real: the builder, the store in SQLite, the rendering. Days are scripted by
what the sources list and when; who scores is the papers' own number of upvotes.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app.bot import daily_jobs
from bot.app.core import Core, Ends, build_core
from bot.daily.daily_jobs import DailyJobs
from bot.delivery.post import DeliveryStats, Post
from bot.features.administrators import Administrators
from bot.render.message import Message
from bot.settings import Settings
from bot.telegram.errors import DeliveryError
from core.analyze.deep_dives import DeepDive
from core.analyze.extract import EXTRACTOR
from core.fetch import Listing
from core.fetch.arxiv_calendar import announcement_time, is_announced, next_announced
from core.llm import ORDINARY, Waiter
from core.llm.alerts import Alert
from core.models.chat import Chat, ChatKind
from core.models.errors import SourceError
from core.models.values import (
    Analysis,
    AnalysisKind,
    Delay,
    Focus,
    Language,
    LocalScore,
    Paper,
    TextSource,
)
from core.store import Store
from core.store.delivery_changes import Begin, Finish, Release
from tests.aside import without_a_process
from tests.databases import fresh

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
CHANNEL = -1001


class Clock:
    """Stands where it is put; sleeping moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    """Return a local wall clock's moment, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


class Lists:
    """A source: each announced day lists one good paper and one poor one, from a moment on."""

    def __init__(
        self,
        name: str,
        clock: Clock,
        *,
        out_at: Callable[[date], datetime],
        holidays: frozenset[date] = frozenset(),
    ) -> None:
        self.name = name
        self.is_down = False
        self.fetches = 0
        self.scores: dict[date, int] = {}
        """Of the good paper; 80 where nothing is said."""
        self._clock = clock
        self._out_at = out_at
        self.holidays = holidays

    async def fetch(self, days: Sequence[date]) -> Listing:
        self.fetches += 1
        if self.is_down:
            raise SourceError(self.name, "it is down")
        has_list = [day for day in days if is_announced(day, self.holidays)]
        out = [day for day in has_list if self._out_at(day) <= self._clock()]
        return Listing(
            papers=tuple(paper for day in reversed(out) for paper in self._papers(day)),
            read=tuple(day for day in days if day in out or day not in has_list),
            quiet=tuple(day for day in days if day not in has_list),
            young=tuple(day for day in has_list if day not in out),
            next_list=next_announced(days[-1], self.holidays),
        )

    def is_settled(self, day: date, moment: datetime) -> bool:
        return moment >= self._out_at(day)

    def _papers(self, day: date) -> tuple[Paper, ...]:
        serial = f"{day:%y%m}.{day:%d}"
        number = 1 if self.name == "arxiv" else 2
        return tuple(
            Paper(
                id=f"{serial}{number}{rank:02}",
                title=f"{self.name} {word} of {day}",
                abstract="A paper about diffusion.",
                listed=day,
                published=day,
                sources=(self.name,),
                upvotes=score,
            )
            for rank, (word, score) in enumerate(
                [("good", self.scores.get(day, 80)), ("poor", 20)], start=1
            )
        )


def rank(papers: Sequence[Paper], focus: Focus) -> list[LocalScore]:
    """Score by upvotes."""
    return [
        LocalScore(
            paper_id=paper.id,
            rank_score=float(paper.upvotes or 0),
            score=paper.upvotes or 0,
            interests=focus.interests[:1],
        )
        for paper in papers
    ]


class ReadingDesk:
    """A desk that makes readings while `delay` is None, and quotes otherwise."""

    def __init__(self, clock: Clock) -> None:
        self.delay: Delay | None = None
        self._clock = clock

    async def ready(self, _paper: Paper, _focus: Focus, _language: Language) -> DeepDive | None:
        return None

    async def dive(
        self, paper: Paper, _focus: Focus, language: Language, _context: Waiter = ORDINARY
    ) -> DeepDive:
        is_late = self.delay is not None
        analysis = Analysis(
            paper_id=paper.id,
            version=paper.version,
            kind=AnalysisKind.EXTRACTIVE if is_late else AnalysisKind.LLM,
            language=language,
            text_source=TextSource.ABSTRACT,
            model=EXTRACTOR if is_late else "model-a",
            created_at=self._clock(),
        )
        return DeepDive(analysis, self.delay)


@dataclass
class Telegram:
    """What arrived, and what the courier does with the ledger on the way there."""

    store: Store
    clock: Clock
    received: list[tuple[datetime, int, str, Message]] = field(default_factory=list)
    edits: list[tuple[int, str, Message]] = field(default_factory=list)
    is_down: bool = False
    refusing: set[int] = field(default_factory=set)
    """Chats that cannot be reached for a while."""
    under_way: asyncio.Event | None = None
    """Set when a message is about to go out; it then waits for `gate`."""
    gate: asyncio.Event | None = None
    arrived: asyncio.Event | None = None
    handed_back: list[int] = field(default_factory=list)

    async def deliver(self, items: AsyncIterator[tuple[Chat, Post]]) -> DeliveryStats:
        """Send each, one after the other, as `Courier.deliver` does."""
        sent = held = 0
        async for chat, post in items:
            if await self._send(chat, post):
                sent += 1
            else:
                held += 1
        return DeliveryStats(sent=sent, held=held)

    async def _send(self, chat: Chat, post: Post) -> bool:
        lease = self.clock() + timedelta(minutes=2)
        begin = Begin(chat.chat_id, post.key, 0, self.clock(), lease)
        if not (await self.store.deliveries.apply([begin]))[0]:
            return False
        if self.is_down or chat.chat_id in self.refusing:
            later = self.clock() + timedelta(minutes=3)
            await self.store.deliveries.apply([Release(chat.chat_id, post.key, 0, later)])
            return False
        await self._on_the_way(chat)
        message = post.messages[0]
        self.received.append((self.clock(), chat.chat_id, post.key, message))
        finish = Finish(
            chat.chat_id,
            post.key,
            0,
            self.clock(),
            len(self.received),
            message.fingerprint,
            post.day,
        )
        await self.store.deliveries.apply([finish])
        if self.arrived is not None:
            self.arrived.set()
        return True

    async def _on_the_way(self, chat: Chat) -> None:
        if self.under_way is None or self.gate is None:
            return
        self.under_way.set()
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.handed_back.append(chat.chat_id)
            raise

    async def edit_sent(
        self, key: str, message_of: Callable[[Chat], Awaitable[Sequence[Message] | None]]
    ) -> int:
        """Edit what differs, as `Courier.amend` does."""
        edited = 0
        for row in await self.store.deliveries.sent(key):
            chat = await self.store.chats.get(row.chat_id)
            messages = await message_of(chat) if chat else None
            if messages and messages[0].fingerprint != row.fingerprint:
                self.edits.append((row.chat_id, key, messages[0]))
                await self.store.deliveries.changed(
                    row.chat_id, key, row.part, messages[0].fingerprint, self.clock()
                )
                edited += 1
        return edited

    def posts(self, chat_id: int) -> list[str]:
        """Return the keys of what a chat received, in order."""
        return [key for _, chat, key, _ in self.received if chat == chat_id]

    def times(self, chat_id: int) -> list[datetime]:
        """Return when a chat received something."""
        return [moment for moment, chat, _, _ in self.received if chat == chat_id]

    def text(self, chat_id: int) -> str:
        """Return the last text a chat received."""
        return next(m.text for _, chat, _, m in reversed(self.received) if chat == chat_id)


@dataclass
class World:
    """All of it; `start` gives a new process on the same database."""

    core: Core
    clock: Clock
    telegram: Telegram
    arxiv: Lists
    huggingface: Lists
    deep_dives: ReadingDesk
    told: list[tuple[int, str]] = field(default_factory=list)
    unreachable: set[int] = field(default_factory=set)
    """Administrators."""
    models: list[tuple[Alert, str]] = field(default_factory=list)
    handles: dict[str, int] = field(default_factory=dict)
    settled: int = 0
    """Raised where readings that were asked for are made."""

    @property
    def store(self) -> Store:
        return self.core.store

    def start(self, *, channels: Sequence[str] = (), admins: Sequence[int] = (7,)) -> DailyJobs:
        """Return a new process' morning."""
        settings = self.core.settings.model_copy(update={"telegram_channel_ids": tuple(channels)})
        core = replace(self.core, settings=settings)  # remembers nothing
        object.__setattr__(core, "alerts", self)
        return daily_jobs(
            core,
            courier=self.telegram,  # type: ignore[arg-type]
            administrators=Administrators(self.store.notices, admins, self.tell, self.clock),
            resolve=self.resolve,
            username="paper_bot",
            run_pending=self._run_pending,
        )

    async def run(
        self, daily_jobs: DailyJobs, until: datetime, *, step: timedelta | None = None
    ) -> None:
        """Tick until a moment: every ten minutes around press time, else every four hours."""
        while self.clock.now <= until:
            await daily_jobs.tick()
            self.clock.now += step or self._step()

    def _step(self) -> timedelta:
        local = self.clock.now.astimezone(SHANGHAI)
        if time(7, 59) <= local.time() < time(8, 45):
            return timedelta(minutes=10)
        # Back to every fourth full hour, whenever the last tick was.
        return timedelta(hours=4 - local.hour % 4) - timedelta(minutes=local.minute)

    async def subscribe(self, chat_id: int, **choices: object) -> Chat:
        """Let somebody join now."""
        values: dict[str, object] = {
            "kind": ChatKind.PRIVATE,
            "language": "zh",
            "at": time(8, 30),
            "zone": "Asia/Shanghai",
            "joined_at": self.clock(),
        }
        chat = Chat(chat_id=chat_id, **(values | choices))  # type: ignore[arg-type]
        return (await self.store.chats.join(chat))[0]

    async def resolve(self, handle: str) -> int:
        if handle not in self.handles:
            raise DeliveryError("chat not found")
        return self.handles[handle]

    async def tell(self, admin: int, message: Message) -> None:
        if admin in self.unreachable:
            raise DeliveryError("bot was blocked by the user")
        self.told.append((admin, message.text))

    async def worded(self) -> list[tuple[Alert, str]]:
        return self.models

    async def _run_pending(self) -> None:
        self.settled += 1


@asynccontextmanager
async def open_world(
    folder: Path, start: datetime, *, holidays: frozenset[date] = frozenset()
) -> AsyncIterator[World]:
    """Give a world at `start`, with arXiv's hours and a Hugging Face that lists at 00:10 UTC."""
    clock = Clock(start)
    arxiv = Lists("arxiv", clock, out_at=announcement_time, holidays=holidays)
    huggingface = Lists(
        "huggingface", clock, out_at=lambda day: datetime.combine(day, time(0, 5), UTC)
    )
    deep_dives = ReadingDesk(clock)
    ends = Ends(
        now=clock,
        sleep=clock.sleep,
        offload=without_a_process,
        sources=(huggingface, arxiv),
        rank=rank,
        deep_dives=deep_dives,  # type: ignore[arg-type]
    )
    async with build_core(settings_of(folder), ends) as core:
        telegram = Telegram(core.store, clock)
        yield World(core, clock, telegram, arxiv, huggingface, deep_dives)


def settings_of(folder: Path) -> Settings:
    """Return those of a small digest without models."""
    values: dict[str, object] = {
        "gemini_api_key": None,
        "digest_interests": ("diffusion",),
        "digest_min_score": 60,
        "digest_top_n": 2,
        "database_url": fresh(folder),
        "data_dir": folder,
    }
    return Settings(_env_file=None).model_copy(update=values)
