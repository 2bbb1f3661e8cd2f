"""What the bot does to chats, with Telegram's refusals: send, edit, delete.

Messages are values: an edit puts a new dict in the old one's place, so that what was handed out
(to the log of what a chat received, to the page) stays as it was.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.playground import refusals
from bot.playground.detect import detected
from bot.playground.people import Chat
from bot.playground.refusals import bad, forbidden, kicked, not_member, too_many_requests, upgraded
from bot.playground.validate import cleaned
from bot.playground.world import World

Json = dict[str, Any]
DELETABLE = 48 * 3600
"""Seconds for which a bot may delete a message."""


class Posting:
    """The bot's side of the world's chats. Every method raises `Refusal`."""

    def __init__(self, world: World) -> None:
        self._world = world

    def reachable(self, chat_id: int | str) -> Chat:
        if chat_id == self._world.bot.id:
            raise forbidden(refusals.TO_BOTS)
        chat = self._world.chat(chat_id)
        if chat.is_private:
            self._may_write_to_user(chat.id)
        else:
            _may_write_to_group(chat)
        return chat

    def content(self, text: str, entities: Sequence[Json]) -> Json:
        """Return the text part of a message, as Telegram shows it."""
        shown, kept = cleaned(text, entities, self._world.record.mended)
        found = detected(shown, kept)
        if found:
            kept = sorted([*kept, *found], key=lambda entity: int(entity["offset"]))
        return {"text": shown, "entities": kept} if kept else {"text": shown}

    def send(
        self, chat: Chat, content: Json, *, thread_id: int | None = None, reply: Json | None = None
    ) -> Json:
        """Send; `content` is what a message has beside its address."""
        in_thread = _thread(chat, thread_id)
        answered = _answered(chat, reply)
        self._pace(chat)
        message = self.signed(chat) | content
        if in_thread is not None:
            message |= {"message_thread_id": in_thread, "is_topic_message": True}
        if answered is not None:
            message["reply_to_message"] = answered
        chat.add(message)
        chat.sent.append(message)
        chat.by_bot.add(message["message_id"])
        self._world.record.messages += 1
        self._answers(chat)
        self._world.events.tell("message", chat.id, message=message)
        return message

    def signed(self, chat: Chat) -> Json:
        sender = {"sender_chat": chat.json} if chat.type == "channel" else {"from": self._me}
        return {
            "message_id": chat.next_id(),
            **sender,
            "chat": chat.json,
            "date": self._world.seconds(),
        }

    def edit(self, chat: Chat, message_id: int, content: Json) -> Json:
        """Put `content` (text, entities, keyboard, preview) in the place of a message's own."""
        old = chat.messages.get(message_id)
        if old is None:
            raise bad(refusals.EDIT_NOT_FOUND)
        if message_id not in chat.by_bot:
            raise bad(refusals.CANT_EDIT)
        new = {name: value for name, value in old.items() if name not in _CONTENT} | content
        if {name: old[name] for name in _CONTENT if name in old} == content:
            raise bad(refusals.NOT_MODIFIED)
        self._pace(chat)
        new["edit_date"] = self._world.seconds()
        chat.messages[message_id] = new
        self._answers(chat)
        self._world.events.tell("edit", chat.id, message=new)
        return new

    def delete(self, chat: Chat, message_id: int) -> None:
        """Take a message away: the bot's own, or anybody's where the bot is an admin."""
        message = chat.messages.get(message_id)
        if message is None:
            raise bad(refusals.DELETE_NOT_FOUND)
        is_allowed = message_id in chat.by_bot or chat.is_private or chat.bot == "administrator"
        if not is_allowed or self._world.seconds() - message["date"] > DELETABLE:
            raise bad(refusals.CANT_DELETE)
        del chat.messages[message_id]
        self._world.events.tell("delete", chat.id, message_id=message_id)

    @property
    def _me(self) -> Json:
        return self._world.bot.json

    def _may_write_to_user(self, user_id: int) -> None:
        user = self._world.user(user_id)
        if user.is_deactivated:
            raise forbidden(refusals.DEACTIVATED)
        if user.has_blocked:
            raise forbidden(refusals.BLOCKED)
        if not user.has_started:
            raise forbidden(refusals.CANT_INITIATE)

    def _pace(self, chat: Chat) -> None:
        at = self._world.clock.timestamp()
        wait = self._world.flood.knock(chat.id, is_private=chat.is_private, at=at)
        if wait is not None:
            raise too_many_requests(wait)

    def _answers(self, chat: Chat) -> None:
        if chat.asked_at is not None:
            self._world.record.waits.append(self._world.clock.monotonic() - chat.asked_at)
            chat.asked_at = None


_CONTENT = ("text", "entities", "reply_markup", "link_preview_options", "rich_message")


def _may_write_to_group(chat: Chat) -> None:
    if chat.migrated_to is not None:
        raise upgraded(chat.migrated_to)
    if chat.bot == "kicked":
        raise kicked(chat.type)
    if chat.bot == "left":
        raise not_member(chat.type)
    if chat.type == "channel" and chat.bot != "administrator":
        raise bad(refusals.NO_RIGHT_IN_CHANNEL)
    if chat.bot == "restricted":
        raise bad(refusals.NO_RIGHT_TO_SEND)


def _thread(chat: Chat, thread_id: int | None) -> int | None:
    if thread_id is None:
        return None
    topic = chat.topics.get(thread_id)
    if topic is None:
        raise bad(refusals.THREAD_NOT_FOUND)
    if topic.is_closed and chat.bot != "administrator":
        raise bad(refusals.TOPIC_CLOSED)
    return thread_id


def _answered(chat: Chat, reply: Mapping[str, Any] | None) -> Json | None:
    """Return the message that is replied to, without the one that one replied to."""
    if reply is None:
        return None
    message = chat.messages.get(int(reply["message_id"]))
    if message is None:
        if reply.get("allow_sending_without_reply"):
            return None
        raise bad(refusals.REPLY_NOT_FOUND)
    return {name: value for name, value in message.items() if name != "reply_to_message"}
