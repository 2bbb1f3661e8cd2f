"""A `Message` on its way to a chat: one attempt, with what is left to fall back on.

Raises the named errors of `bot.telegram.errors` and nothing else. What Telegram will not take
with its entities is sent once more as bare text: a reader gets the words, whatever the decoration.
"""

import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

import telegram
from telegram.error import BadRequest, EndPointNotFound, TelegramError
from telegram.ext import ExtBot

from bot.logs import who
from bot.render.message import MAX_UNITS, Button, Entity, Message
from bot.render.text import Text
from bot.telegram.errors import HeldBack, MessageRefused, TopicGone
from bot.telegram.outcomes import is_unchanged, outcome
from bot.telegram.rate_limiter import Begin, Bulk
from core.text.links import inert_but_web

logger = logging.getLogger(__name__)

T = TypeVar("T")

_NOBODY = 0
"""No chat's id."""

GET_CHAT, GET_CHAT_MEMBER = "get_Chat", "get_Chat_Member"
"""Written so for the library's general call, which warns of methods it has itself: those want a
dozen fields of an answer, any of which an older server lacks, and we look at one."""


@dataclass(frozen=True)
class ChatAddress:
    """A chat, and the topic in it where it is a forum."""

    chat_id: int
    thread_id: int | None = None


@dataclass(frozen=True)
class SentPhoto:
    message_id: int
    file_id: str | None
    """Names it from now on, so that nobody uploads it again."""


class Messenger:
    def __init__(self, bot: "ExtBot[Bulk]", *, now: Callable[[], datetime]) -> None:
        self._bot = bot
        self._now = now

    async def send(self, to: ChatAddress, message: Message, *, reply_to: int | None = None) -> int:
        return await self._send(to, message, None, reply_to)

    async def post(self, to: ChatAddress, message: Message, begin: Begin) -> int:
        """Send one of many, if `begin` says yes when its turn has come; return its id.

        Raise `NotOurs` when it says no; whatever is raised before it was asked, was not tried.
        """
        has_begun = False

        async def once() -> bool:  # a second form of the message is the same attempt
            nonlocal has_begun
            has_begun = has_begun or await begin()
            return has_begun

        return await self._send(to, message, Bulk(once), None)

    async def send_rich(
        self, to: ChatAddress, html: str, *, reply_to: int | None = None
    ) -> int | None:
        """Send a rich message (Bot API 10.1) and return its id; None where it is not taken.

        The library has no method for it yet. Whatever Telegram says against it, there is the same
        as an ordinary message.
        """
        about: dict[str, Any] = {"chat_id": to.chat_id, "rich_message": {"html": html}}
        if to.thread_id is not None:
            about["message_thread_id"] = to.thread_id
        if (reply := _reply(reply_to)) is not None:
            about["reply_parameters"] = reply
        try:
            sent = await self._bot.do_api_request(
                "sendRichMessage", api_kwargs=about, return_type=telegram.Message
            )
        except (BadRequest, EndPointNotFound) as error:
            logger.info("a rich message was not taken: %s", error.message)
            return None
        except TelegramError as error:
            raise outcome(error, self._now()) from None
        return sent.message_id if isinstance(sent, telegram.Message) else None

    async def send_document(self, to: ChatAddress, name: str, content: bytes, caption: str) -> int:
        """Send a file and return the message's id."""
        with self._named():
            sent = await self._bot.send_document(
                to.chat_id,
                telegram.InputFile(content, filename=name),
                caption=caption,
                message_thread_id=to.thread_id,
            )
        return sent.message_id

    async def send_photo(
        self, to: ChatAddress, photo: bytes | str, caption: Message, *, reply_to: int | None = None
    ) -> SentPhoto:
        """Send a picture, or one Telegram has already by its file id."""

        async def act(form: Message) -> telegram.Message:
            with self._named():
                return await self._bot.send_photo(
                    to.chat_id,
                    telegram.InputFile(photo) if isinstance(photo, bytes) else photo,
                    caption=form.text,
                    caption_entities=_entities(form.entities),
                    reply_markup=_keyboard(form.buttons),
                    message_thread_id=to.thread_id,
                    reply_parameters=_reply(reply_to),
                )

        sent = await self._bare_if_need_be(caption, act)
        return SentPhoto(sent.message_id, sent.photo[-1].file_id if sent.photo else None)

    async def is_answering(self) -> bool:
        """Whether Telegram takes messages: it refuses one to nobody that says nothing."""
        try:
            await self._bot.send_message(_NOBODY, "")
        except BadRequest:
            return True
        except (TelegramError, HeldBack):
            return False
        return True

    async def edit(
        self, to: ChatAddress, message_id: int, message: Message, *, bulk: bool = False
    ) -> bool:
        """Change a message; False when it was so already. Raise `MessageLost` when it is gone."""
        return await self._bare_if_need_be(
            message, lambda form: self._edit(to, message_id, form, bulk)
        )

    async def edit_buttons(
        self, to: ChatAddress, message_id: int, buttons: tuple[tuple[Button, ...], ...]
    ) -> bool:
        """Change the buttons under a message only; False when they were so already."""
        try:
            await self._bot.edit_message_reply_markup(
                to.chat_id, message_id, reply_markup=_keyboard(buttons)
            )
        except TelegramError as error:
            if is_unchanged(error):
                return False
            raise outcome(error, self._now()) from None
        return True

    async def find(self, handle: str) -> int:
        asked = self._bot.do_api_request(GET_CHAT, api_kwargs={"chat_id": handle})
        with self._named():
            return int((await asked)["id"])

    async def status_of(self, user_id: int, chat_id: int) -> str:
        """Return what somebody is in a chat: "member", "administrator", ..."""
        about = {"chat_id": chat_id, "user_id": user_id}
        asked = self._bot.do_api_request(GET_CHAT_MEMBER, api_kwargs=about)
        with self._named():
            return str((await asked)["status"])

    async def _bare_if_need_be(self, message: Message, act: Callable[[Message], Awaitable[T]]) -> T:
        try:
            return await act(message)
        except MessageRefused as error:
            if not message.entities:
                raise
            logger.warning("sent as bare text, because: %s", error)
            return await act(bare(message))

    async def _send(
        self, to: ChatAddress, message: Message, bulk: Bulk | None, reply_to: int | None
    ) -> int:
        try:
            return await self._bare_if_need_be(
                message, lambda form: self._send_form(to, form, bulk, reply_to)
            )
        except TopicGone:
            if to.thread_id is None:
                raise
            logger.warning("topic %s of %s is gone: sent without", to.thread_id, who(to.chat_id))
            return await self._send(replace(to, thread_id=None), message, bulk, reply_to)

    async def _send_form(
        self, to: ChatAddress, message: Message, bulk: Bulk | None, reply_to: int | None
    ) -> int:
        with self._named():
            sent = await self._bot.send_message(
                to.chat_id,
                message.text,
                entities=_entities(message.entities),
                reply_markup=_keyboard(message.buttons),
                link_preview_options=_preview(message.preview),
                message_thread_id=to.thread_id,
                reply_parameters=_reply(reply_to),
                rate_limit_args=bulk,
            )
        return sent.message_id

    async def _edit(self, to: ChatAddress, message_id: int, message: Message, bulk: bool) -> bool:
        try:
            await self._bot.edit_message_text(
                message.text,
                chat_id=to.chat_id,
                message_id=message_id,
                entities=_entities(message.entities),
                reply_markup=_keyboard(message.buttons),
                link_preview_options=_preview(message.preview),
                rate_limit_args=Bulk() if bulk else None,
            )
        except TelegramError as error:
            if is_unchanged(error):
                return False
            raise outcome(error, self._now()) from None
        return True

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Let the library's errors be ours."""
        try:
            yield
        except TelegramError as error:
            # `from None`: the library's errors may quote the token.
            raise outcome(error, self._now()) from None


def bare(message: Message) -> Message:
    """Return `message` as mere words; its buttons, and so its links, stay.

    What was code is none any more, so that it could be tapped: nothing is, our commands neither.
    """
    words = Text(inert_but_web(message.text)).clipped(MAX_UNITS)
    return replace(message, text=words.text, entities=())


def _entities(entities: tuple[Entity, ...]) -> list[telegram.MessageEntity]:
    return [
        telegram.MessageEntity(
            entity.kind, entity.offset, entity.length, url=entity.url, language=entity.language
        )
        for entity in entities
    ]


def _keyboard(rows: tuple[tuple[Button, ...], ...]) -> telegram.InlineKeyboardMarkup | None:
    if not rows:
        return None
    return telegram.InlineKeyboardMarkup(
        [
            [
                telegram.InlineKeyboardButton(
                    button.text, callback_data=button.data, url=button.url
                )
                for button in row
            ]
            for row in rows
        ]
    )


def _preview(url: str | None) -> telegram.LinkPreviewOptions:
    if url is None:
        return telegram.LinkPreviewOptions(is_disabled=True)
    return telegram.LinkPreviewOptions(url=url, prefer_small_media=True)


def _reply(message_id: int | None) -> telegram.ReplyParameters | None:
    """Reply, but say it anyway when the message has been deleted meanwhile."""
    if message_id is None:
        return None
    return telegram.ReplyParameters(message_id, allow_sending_without_reply=True)
