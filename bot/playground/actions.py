"""What people do in the world: write, tap buttons, follow links, block the bot, invite it.

Each act changes the world and sends the bot the update Telegram would send. Who may not do a
thing gets a `NotAllowed`.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.playground.detect import detected
from bot.playground.people import ANONYMOUS_ADMIN_ID, Chat, Standing, User, member_json
from bot.playground.validate import length
from bot.playground.world import Query, World

Json = dict[str, Any]
MAX_START = 64
START_SIGNS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
MAX_TEXT = 4096


class NotAllowed(Exception):
    """A person tried what Telegram's own apps do not let them do."""


class People:
    def __init__(self, world: World) -> None:
        self._world = world
        self._queries = 0

    def say(
        self,
        user_id: int,
        text: str,
        *,
        chat_id: int | None = None,
        reply_to: int | None = None,
        topic: int | None = None,
        sender_chat: int | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> int:
        """Write a message, to the bot in private if no chat is named; return its id.

        `sender_chat` writes as a channel, or anonymously if it is the chat itself; `extra` are
        further fields of the Message (`forward_origin`, a `photo` with its `caption`, ...).
        """
        chat = self._open(user_id, chat_id)
        if not text.strip() and not extra:
            raise NotAllowed("an empty message")
        if length(text) > MAX_TEXT:
            raise NotAllowed("a message of more than 4,096 characters")
        message = self._signed(chat, user_id, sender_chat) | _written(text) | dict(extra or {})
        if topic is not None:
            if topic not in chat.topics:
                raise NotAllowed("no such topic")
            message |= {"message_thread_id": topic, "is_topic_message": True}
        if reply_to is not None and reply_to in chat.messages:
            message["reply_to_message"] = chat.messages[reply_to]
        chat.add(message)
        chat.asked_at = self._world.clock.monotonic()
        self._world.events.tell("message", chat.id, message=message)
        if chat.type == "channel":
            self._push("channel_post", chat, message)
        elif self._is_for_bot(chat, message):
            self._push("message", chat, message)
        return int(message["message_id"])

    def edit(self, user_id: int, chat_id: int, message_id: int, text: str) -> None:
        chat = self._open(user_id, chat_id)
        old = chat.messages.get(message_id)
        if old is None or old.get("from", {}).get("id") != user_id:
            raise NotAllowed("not one's own message")
        kept = {name: value for name, value in old.items() if name not in ("text", "entities")}
        new = kept | _written(text) | {"edit_date": self._world.seconds()}
        chat.messages[message_id] = new
        self._world.events.tell("edit", chat.id, message=new)
        self._push("edited_message", chat, new)

    def tap(
        self, user_id: int, chat_id: int, message_id: int, data: str, *, is_lost: bool = False
    ) -> str:
        """Tap a button; return the query's id.

        A message the chat no longer remembers, or one that `is_lost`, reaches the bot as an
        "inaccessible message". The data need not be on the message: keyboards of old versions
        stay on phones.
        """
        chat = self._world.chat(chat_id)
        if not self._world.sees(user_id, chat):
            raise NotAllowed("not in the chat")
        message = None if is_lost else chat.messages.get(message_id)
        shown = message or {"chat": chat.json, "message_id": message_id, "date": 0}
        self._queries += 1
        query_id = f"{self._world.bot.id}{self._queries:08}"
        queries = self._world.queries
        clock = self._world.clock
        queries[query_id] = Query(user_id, chat.id, clock.timestamp(), clock.monotonic())
        if len(queries) > self._world.keeps:
            del queries[next(iter(queries))]
        self._push(
            "callback_query",
            chat,
            {
                "id": query_id,
                "from": self._world.user(user_id).json,
                "message": shown,
                "chat_instance": str(chat.id),
                "data": data,
            },
        )
        return query_id

    def follow(self, user_id: int, url: str) -> int | None:
        """Follow a link: one to the bot opens the private chat and returns it, others None.

        A parameter Telegram would not pass on is left out.
        """
        parts = urlsplit(url)
        name = parts.path.strip("/").lower()
        if parts.netloc not in ("t.me", "telegram.me") or name != self._world.bot.username.lower():
            return None
        values = parse_qs(parts.query).get("start", [""])
        parameter = values[0] if is_start_parameter(values[0]) else ""
        return self.start(user_id, parameter)

    def start(self, user_id: int, parameter: str = "") -> int:
        """Press "Start" in the private chat (which unblocks the bot); return the chat."""
        if self._world.user(user_id).has_blocked:
            self.block(user_id, blocked=False)
        self.say(user_id, f"/start {parameter}".strip())
        return user_id

    def block(self, user_id: int, *, blocked: bool) -> None:
        """Block the bot, or let it write again."""
        user = self._world.user(user_id)
        if user.has_blocked == blocked:
            return
        user.has_blocked = blocked
        old, new = ("member", "kicked") if blocked else ("kicked", "member")
        self._standing_changed(self._world.private(user_id), user, old, new)

    def stand(self, user_id: int, chat_id: int, standing: Standing) -> None:
        """Give the bot another standing in a group or channel: invite, promote, throw out."""
        chat = self._world.chat(chat_id)
        if chat.is_private:
            raise NotAllowed("not a group")
        if chat.bot != standing:
            old, chat.bot = chat.bot, standing
            self._standing_changed(chat, self._world.user(user_id), old, standing)

    def _open(self, user_id: int, chat_id: int | None) -> Chat:
        """Return the chat somebody writes in; the first word in private starts the bot."""
        user = self._world.user(user_id)
        chat = self._world.private(user_id) if chat_id is None else self._world.chat(chat_id)
        if chat.is_private:
            if chat.id != user_id:
                raise NotAllowed("somebody else's chat")
            if user.has_blocked:
                raise NotAllowed("the bot is blocked")
            user.has_started = True
        elif user_id not in (chat.admins if chat.type == "channel" else chat.members):
            raise NotAllowed("may not write here")
        return chat

    def _signed(self, chat: Chat, user_id: int, sender_chat: int | None) -> Json:
        message: Json = {"message_id": chat.next_id()}
        if chat.type == "channel":
            message["sender_chat"] = chat.json
        elif sender_chat is None:
            message["from"] = self._world.user(user_id).json
        else:
            message["sender_chat"] = self._world.chat(sender_chat).json
            message["from"] = _ANONYMOUS if sender_chat == chat.id else _CHANNEL_BOT
        return message | {"chat": chat.json, "date": self._world.seconds()}

    def _is_for_bot(self, chat: Chat, message: Mapping[str, Any]) -> bool:
        """Say whether the bot is shown a message: in groups its privacy mode hides most."""
        if chat.is_private or self._world.bot.reads_all or chat.bot == "administrator":
            return True
        name = f"@{self._world.bot.username}".lower()
        words = str(message.get("text", "")).lower().split()
        first, answered = words[0] if words else "", message.get("reply_to_message", {})
        is_command = first.startswith("/") and ("@" not in first or first.endswith(name))
        return is_command or name in words or answered.get("message_id") in chat.by_bot

    def _push(self, kind: str, chat: Chat, body: Json) -> None:
        if chat.is_private or chat.bot not in ("left", "kicked"):
            self._world.updates.push(kind, body)

    def _standing_changed(self, chat: Chat, by: User, old: str, new: str) -> None:
        me = self._world.bot.json
        self._world.updates.push(
            "my_chat_member",
            {
                "chat": chat.json,
                "from": by.json,
                "date": self._world.seconds(),
                "old_chat_member": member_json(me, old, chat.type),
                "new_chat_member": member_json(me, new, chat.type),
            },
        )
        self._world.events.tell("chats", chat.id)


_ANONYMOUS = {
    "id": ANONYMOUS_ADMIN_ID,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
_CHANNEL_BOT = {
    "id": 136817688,
    "is_bot": True,
    "first_name": "Channel",
    "username": "Channel_Bot",
}


def is_start_parameter(value: str) -> bool:
    """Say whether Telegram passes this on to the bot: up to 64 letters, digits, `_`, `-`."""
    return 0 < len(value) <= MAX_START and START_SIGNS.issuperset(value)


def _written(text: str) -> Json:
    """Return a person's words, with what Telegram's apps find in them."""
    if not text:
        return {}
    entities = detected(text)
    return {"text": text, "entities": entities} if entities else {"text": text}
