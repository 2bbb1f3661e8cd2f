"""Getting to know Telegram's side of a bot: tried until it answers, or it is told to stop."""

import asyncio
import itertools
import logging
from contextlib import suppress
from datetime import timedelta

from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_delay,
    stop_never,
    wait_exponential,
)

from bot.commands.context import BotApplication
from bot.process.task_errors import reading_an_answer
from bot.telegram.outcomes import wait_of
from core.models.errors import ConfigError, PaperboyError

logger = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between tries."""
REFUSALS = 3
"""How often Telegram must refuse the token until it is believed."""


class TelegramUnreachable(PaperboyError):
    """Telegram did not answer."""


async def reach(
    application: BotApplication, patience: timedelta | None, stop: asyncio.Event
) -> None:
    """Ask Telegram who we are, again and again while it cannot be reached.

    Raise `ConfigError` for a wrong token, `TelegramUnreachable` after `patience` (None: never) or
    when `stop` is set before.
    """
    is_too_long = stop_never if patience is None else stop_after_delay(patience)
    refusals = itertools.count(1)

    def is_refused(state: RetryCallState) -> bool:
        return isinstance(_error_of(state), InvalidToken) and next(refusals) >= REFUSALS

    retrying = AsyncRetrying(
        retry=retry_if_exception_type(TelegramError),
        wait=_pause,
        stop=lambda state: stop.is_set() or is_refused(state) or is_too_long(state),
        sleep=lambda seconds: _rest(seconds, stop),
        before_sleep=_say_once,
        reraise=True,
    )
    try:
        await retrying(_begin, application, stop)
    except InvalidToken:
        raise ConfigError(
            "TELEGRAM_BOT_TOKEN: Telegram does not know this token (any more);"
            " @BotFather gives a new one"
        ) from None
    except TelegramError as error:
        raise TelegramUnreachable(
            f"Telegram cannot be reached ({error.message}); check the network and TELEGRAM_API_URL"
        ) from None


def _pause(state: RetryCallState) -> float:
    """Return the seconds to the next try: what Telegram asks for, else more each time."""
    error = _error_of(state)
    if isinstance(error, RetryAfter):
        return wait_of(error).total_seconds()
    return wait_exponential(multiplier=FIRST_PAUSE, max=LONGEST_PAUSE)(state)


def _error_of(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome is not None else None


def _say_once(state: RetryCallState) -> None:
    if state.attempt_number == 1:
        logger.warning("Telegram cannot be reached; tried again until it can")


async def _begin(application: BotApplication, stop: asyncio.Event) -> None:
    """Ask once; a server that does not answer keeps nobody from stopping."""
    question_answerer = asyncio.ensure_future(application.initialize())
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({question_answerer, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not question_answerer.done():
            raise NetworkError("told to stop")
    finally:
        question_answerer.cancel()
        stopping.cancel()
        await asyncio.wait({question_answerer, stopping})
    with reading_an_answer():
        question_answerer.result()


async def _rest(seconds: float, stop: asyncio.Event) -> None:
    """Sleep, but wake up when told to stop."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
