"""Taps on buttons: each is answered, or the button keeps turning on the reader's phone."""

import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from telegram import CallbackQuery, Message, Update
from telegram.error import TelegramError

from bot.commands.caller import Caller, caller_of, language_of
from bot.commands.context import BotServices, Context
from bot.render.message import Button
from core.fetch import sources
from core.locale import Sentence
from core.models.paper_id import PaperRef

logger = logging.getLogger(__name__)

EXPIRED = Sentence("keyboard.expired")
_TOAST = 200
"""Characters Telegram shows (https://core.telegram.org/bots/api#answercallbackquery)."""


async def respond(query: CallbackQuery, text: str = "", *, alert: bool = False) -> None:
    """Answer a tap, with a few words or none. A tap too old to be answered needs none."""
    try:
        await query.answer(text[:_TOAST] or None, show_alert=alert)
    except TelegramError as error:
        logger.info("a tap was not answered: %s", error)


class Expired(Exception):
    """A button means nothing any more."""


@dataclass(frozen=True)
class Tap:
    update: Update
    context: Context
    query: CallbackQuery
    caller: Caller
    match: re.Match[str]
    """What the button's data says."""
    message_id: int
    """Of the message it stands under."""

    @property
    def services(self) -> BotServices:
        return self.context.services

    @property
    def paper(self) -> PaperRef:
        """The button's paper; raise `Expired` for what is none (any more)."""
        if (reference := sources.paper_of(self.match["paper"])) is None:
            raise Expired
        return reference


def on_tap(
    pattern: re.Pattern[str], handler: Callable[[Tap], Awaitable[None]]
) -> Callable[[Update, Context], Coroutine[Any, Any, None]]:
    """Return a handler of updates that gives `handler` the taps that mean something.

    The others, and those for which it raises `Expired`, are told so.
    """

    async def handled(update: Update, context: Context) -> None:
        query, caller = update.callback_query, await caller_of(update, context.services)
        match = pattern.fullmatch((query.data if query else None) or "")
        if query is None or query.message is None or caller is None or match is None:
            await expired(update, context)
            return
        try:
            await handler(Tap(update, context, query, caller, match, query.message.message_id))
        except Expired:
            await expired(update, context)

    return handled


def rows_of(query: CallbackQuery) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons of the message that was tapped; none when it is too old to be known."""
    message = query.message
    markup = message.reply_markup if isinstance(message, Message) else None
    rows = markup.inline_keyboard if markup else ()
    return tuple(
        tuple(
            Button(button.text, data=data if isinstance(data, str) else None, url=button.url)
            for button in row
            if (data := button.callback_data) or button.url
        )
        for row in rows
    )


async def expired(update: Update, context: Context) -> None:
    """Answer a tap on a button that means nothing any more."""
    if update.callback_query is not None:
        language = await language_of(update, context.services)
        await respond(update.callback_query, EXPIRED(language))
