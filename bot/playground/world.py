"""The world: who is there and what was said. A plain object in memory, made by arguments.

Everything else in this package works on it: `People` moves its users, `Posting` its bot. It is
bounded: a chat remembers its newest `keeps` messages.
"""

import secrets
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from bot.playground import refusals
from bot.playground.clock import WorldClock
from bot.playground.events import Event, Events
from bot.playground.flood import Flood, FloodLimits
from bot.playground.people import BotAccount, Chat, Topic, User
from bot.playground.refusals import bad
from bot.playground.updates import Updates

Json = dict[str, Any]
KEEPS = 1000
MOST_FILES = 20


def new_token() -> str:
    """Return a token nobody can know, in the shape of a real one: what hides those hides it."""
    return f"7000000001:{secrets.token_urlsafe(26)}"


@dataclass(frozen=True)
class RecordedCall:
    method: str
    params: Json
    at: float


@dataclass(frozen=True)
class File:
    name: str
    content: bytes
    mime: str


@dataclass(frozen=True)
class Query:
    user_id: int
    chat_id: int
    at: float
    began: float = 0.0
    """Seconds of a clock that only goes forward."""


class World:
    """Telegram, small."""

    def __init__(
        self,
        *,
        clock: WorldClock,
        users: Iterable[User] = (),
        chats: Iterable[Chat] = (),
        bot: BotAccount | None = None,
        limits: FloodLimits | None = None,
        zone: str = "Asia/Shanghai",
        knows_everyone: bool = False,
        takes_rich: bool = True,
        keeps: int = KEEPS,
    ) -> None:
        """Make a world; `knows_everyone` lets any positive id be a user who has started the bot."""
        self.clock = clock
        self.bot = bot or BotAccount(new_token())
        self.zone = zone
        self.knows_everyone = knows_everyone
        self.takes_rich = takes_rich
        """Whether it has `sendRichMessage`; an older server answers 404."""
        self.keeps = keeps
        self.flood = Flood(limits or FloodLimits())
        self.users = {user.id: user for user in users}
        self.chats: dict[int, Chat] = {}
        self._names: dict[str, int] = {}
        for chat in chats:
            self.add(chat)
        self._numbers = count(1)
        self.files: dict[str, File] = {}
        """By id; the newest `MOST_FILES`."""
        self.updates = Updates()
        self.events = Events()
        self.queries: dict[str, Query] = {}
        self.record = Record(calls=deque(maxlen=keeps))

    def user(self, user_id: int) -> User:
        """Return a user; one nobody knew yet comes into being."""
        found = self.users.get(user_id)
        if found is None:
            found = self.users[user_id] = User(
                user_id, f"读者 {user_id}", has_started=self.knows_everyone
            )
        return found

    def private(self, user_id: int) -> Chat:
        chat = self.chats.get(user_id)
        if chat is None:
            user = self.user(user_id)
            chat = Chat(user_id, "private", user.name, user.username, keeps=self.keeps)
            chat.members.add(user_id)
            self.add(chat)
        return chat

    def add(self, chat: Chat) -> Chat:
        self.chats[chat.id] = chat
        if chat.username:
            self._names[chat.username.lower()] = chat.id
        return chat

    def chat(self, chat_id: int | str) -> Chat:
        """Return a chat by id or `@name`. Raise `Refusal` for one that nobody knows."""
        if isinstance(chat_id, str):
            number = self._names.get(chat_id.removeprefix("@").lower(), 0)
        else:
            number = chat_id
        found = self.chats.get(number)
        if found is not None:
            return found
        if number > 0 and (number in self.users or self.knows_everyone):
            return self.private(number)
        raise bad(refusals.CHAT_NOT_FOUND)

    def received(self, chat_id: int) -> list[Json]:
        """Return what the bot sent to a chat, in order, as it was when it was sent."""
        return list(self.chats[chat_id].sent) if chat_id in self.chats else []

    def texts(self, chat_id: int) -> list[str]:
        """Return the texts a chat shows now, oldest first, the people's among them."""
        return [str(message.get("text", "")) for message in self.chat(chat_id).messages.values()]

    def migrate(self, chat_id: int, new_id: int) -> Chat:
        """Make a supergroup of a group: writing to the old id is refused from now on."""
        old = self.chat(chat_id)
        new = Chat(
            new_id,
            "supergroup",
            old.title,
            members=set(old.members),
            admins=set(old.admins),
            bot=old.bot,
            keeps=old.keeps,
        )
        old.migrated_to = new_id
        return self.add(new)

    def sees(self, user_id: int, chat: Chat) -> bool:
        """Say whether a user can look into a chat: one's own, one's groups, any channel."""
        return chat.type == "channel" or user_id in chat.members

    def events_for(self, user_id: int, after: int) -> list[Json]:
        def is_seen(event: Event) -> bool:
            if event.user_id not in (None, user_id):
                return False
            chat = self.chats.get(event.chat_id) if event.chat_id is not None else None
            return chat is None or self.sees(user_id, chat)

        return self.events.after(after, is_seen)

    def keep_file(self, file: File) -> str:
        file_id = f"file{next(self._numbers)}"
        self.files[file_id] = file
        while len(self.files) > MOST_FILES:
            del self.files[next(iter(self.files))]
        return file_id

    def seconds(self) -> int:
        return int(self.clock.timestamp())


@dataclass
class Record:
    """What the bot has done, for tests and benches."""

    calls: deque[RecordedCall]
    """The newest requests."""
    requests: Counter[str] = field(default_factory=Counter)
    """Requests by method, refused or not."""
    refused: Counter[int] = field(default_factory=Counter)
    """Answers by status, other than 200."""
    mended: Counter[str] = field(default_factory=Counter)
    """What Telegram would have changed in the bot's messages without a word."""
    messages: int = 0
    """Messages accepted."""
    waits: deque[float] = field(default_factory=lambda: deque(maxlen=100_000))
    taps: deque[float] = field(default_factory=lambda: deque(maxlen=100_000))
    """Seconds from a tap to its answer."""
    """Real seconds from a user's message to the first thing the bot wrote or edited after it."""

    def of(self, method: str) -> list[Json]:
        """Return the parameters of the newest requests of a method, in order."""
        return [call.params for call in self.calls if call.method == method]


def demo_world(
    *,
    start: datetime,
    monotonic: Callable[[], float],
    zone: str,
    bot: BotAccount | None = None,
) -> World:
    """Make the world the demo and most tests live in: three readers, a channel, a forum."""
    lin = User(1001, "小林", "zh", "xiaolin", is_admin=True)
    ana = User(1002, "Ana", "en", "ana_reads")
    chen = User(1003, "陈老师", "zh", "chen_cv")
    everyone = {lin.id, ana.id, chen.id}
    channel = Chat(
        -1001000000001,
        "channel",
        "CV 论文日报",
        "cv_daily",
        members=set(everyone),
        admins={lin.id},
        bot="administrator",
    )
    group = Chat(
        -1001000000002,
        "supergroup",
        "视觉组",
        members=set(everyone),
        admins={lin.id, chen.id},
        topics={2: Topic(2, "每日论文"), 3: Topic(3, "闲聊")},
    )
    clock = WorldClock(start.astimezone(UTC), monotonic)
    world = World(
        clock=clock,
        users=(lin, ana, chen),
        chats=(channel, group),
        zone=zone,
        bot=bot,
    )
    for user_id in sorted(everyone):
        world.private(user_id)
    return world
