"""Taps on buttons: each is answered, or the button keeps turning on the reader's phone."""

import logging
import re

from telegram import CallbackQuery, Message, Update
from telegram.error import TelegramError

from bot.commands.caller import language_of
from bot.commands.context import Context
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


def paper_of(query: CallbackQuery | None, pattern: re.Pattern[str]) -> PaperRef | None:
    """Return the paper of a button; None for data that is none of ours."""
    match = pattern.fullmatch((query.data if query else None) or "")
    if match is None:
        return None
    return sources.paper_of(match["paper"])


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
