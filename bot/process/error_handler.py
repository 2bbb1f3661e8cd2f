"""What happens when a handler fails in a way nobody foresaw: a bug.

It is logged with its context, the reader gets an apology in their language, and the administrators
hear of each kind of error once: a kind is where it was raised and what it was, not how often. What
people wrote and who they are stays out of the log.
"""

import logging
import traceback
from datetime import timedelta
from pathlib import Path

from telegram import Update
from telegram.error import BadRequest, NetworkError
from telegram.ext import ApplicationHandlerStop

from bot.commands.caller import language_of
from bot.commands.context import Context
from bot.logs import who
from bot.render.message import Message
from bot.telegram.errors import DeliveryError
from bot.telegram.messenger import ChatAddress
from core.locale import Sentence

logger = logging.getLogger(__name__)

AGAIN_AFTER = timedelta(days=7)
"""A bug that is still there after so long is worth a reminder."""
SORRY = Sentence("error_handler.sorry")
TOLD = Sentence("error_handler.told")


async def on_error(update: object, context: Context) -> None:
    """Log, apologise, tell the administrators."""
    error = context.error
    if error is None:
        return
    if isinstance(error, DeliveryError | NetworkError) and not isinstance(error, BadRequest):
        # The reader cannot be reached just now, so an apology cannot either.
        logger.warning("an answer was not delivered: %s (%s)", error, _context_of(update))
        raise ApplicationHandlerStop
    logger.error("a handler failed (%s)", _context_of(update), exc_info=error)
    await _apologise(update, context)
    await _tell_admins(context, error)
    # The library would go on with the next group: past the allow-list, if that is what failed.
    raise ApplicationHandlerStop


async def _apologise(update: object, context: Context) -> None:
    if not isinstance(update, Update) or update.effective_chat is None:
        return
    if update.effective_chat.type == "channel":
        return  # its readers did nothing wrong
    services = context.services
    text, said = SORRY(await language_of(update, services)), update.effective_message
    topic = said.message_thread_id if said is not None and said.is_topic_message else None
    try:
        await services.messenger.send(ChatAddress(update.effective_chat.id, topic), Message(text))
    except DeliveryError as failed:
        logger.warning("an apology was not delivered: %s", failed)


async def _tell_admins(context: Context, error: BaseException) -> None:
    services, place, kind = context.services, place_of(error), type(error).__name__
    words = TOLD(services.subscriptions.defaults.language, kind=kind, place=place)
    await services.administrators.say_once(f"bug:{kind}:{place}", words, again_after=AGAIN_AFTER)


def _context_of(update: object) -> str:
    """Return what an update was, without what anybody wrote."""
    if not isinstance(update, Update):
        return "no update"
    names = (name for name in Update.__slots__ if getattr(update, name, None) is not None)
    kind = next((name for name in names if name in Update.ALL_TYPES), "update")
    chat = update.effective_chat
    return f"{kind} {update.update_id}, {who(chat.id) if chat else 'no chat'}"


def place_of(error: BaseException) -> str:
    """Return the last place of our own code the error went through: "today.py:31"."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "site-packages" not in frame.filename] or list(frames)
    if not ours:
        return "?"
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"
