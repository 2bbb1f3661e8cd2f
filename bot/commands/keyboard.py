"""Taps on buttons: each is answered, or the button keeps turning on the reader's phone."""

import logging

from telegram import CallbackQuery, Update
from telegram.error import TelegramError

from bot.commands.people import language_of
from bot.context import Context
from core.models import Language

logger = logging.getLogger(__name__)

EXPIRED: dict[Language, str] = {
    "zh": "这个按钮已过期，请发 /today",
    "en": "This button has expired; send /today",
}
_TOAST = 200
"""Characters Telegram shows (https://core.telegram.org/bots/api#answercallbackquery)."""


async def respond(query: CallbackQuery, text: str = "", *, alert: bool = False) -> None:
    """Answer a tap, with a few words or none. A tap too old to be answered needs none."""
    try:
        await query.answer(text[:_TOAST] or None, show_alert=alert)
    except TelegramError as error:
        logger.info("a tap was not answered: %s", error)


async def expired(update: Update, context: Context) -> None:
    """Answer a tap on a button that means nothing any more."""
    if update.callback_query is not None:
        language = await language_of(update, context.services)
        await respond(update.callback_query, EXPIRED[language])
