"""The schedule at work: python-telegram-bot asks here before each call.

Limits are kept beforehand, so Telegram has nothing to refuse. Should it refuse all the same, nobody
tries again before its time, for trying lengthens a ban; the time is kept in the database, for a
ban outlives a restart.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.logs import who
from bot.telegram.errors import HeldBack, NotOurs
from bot.telegram.outcomes import wait_of
from bot.telegram.send_queue import Schedule, SendTicket
from core.models.errors import StoreUnavailable
from core.store.delivery.telegram_bans import TelegramBans

logger = logging.getLogger(__name__)

Begin = Callable[[], Awaitable[bool]]


@dataclass(frozen=True)
class Bulk:
    """`rate_limit_args` of what goes to many; answers have none."""

    begin: Begin | None = None
    """Asked when it is the message's turn, right before it is sent; when it says no, `NotOurs` is
    raised. What is noted there is really on its way, not in a queue."""


PATIENCE = timedelta(seconds=20)
"""A ban that an answer waits for; a longer one is told to whoever asked for it."""
BULK_PATIENCE = timedelta(minutes=1)
"""A ban that what goes to many waits for in line; with a longer one it is tried another time."""
UNLIMITED = frozenset({"answerCallbackQuery", "getChat", "getChatMember", "getChatAdministrators"})
"""Calls about a chat that put no message into it."""
ALL = "all"
Call = Callable[..., Coroutine[Any, Any, Any]]


class RateLimiter(BaseRateLimiter[Bulk]):
    def __init__(
        self,
        *,
        rate: float,
        bans: TelegramBans,
        now: Callable[[], datetime],
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`rate` is messages a second; `clock` counts seconds and never goes back."""
        self._schedule = Schedule(rate)
        self._bans = bans
        self._now = now
        self._clock = clock
        self._sleep = sleep
        self._held: dict[str, datetime] = {}
        self._doors: dict[int, asyncio.Future[None]] = {}
        """By ticket number: done when it may pass."""
        self._timer: asyncio.TimerHandle | None = None

    async def initialize(self) -> None:
        """Remember the bans of before the restart."""
        self._held = await self._bans.all(self._now())
        for scope, until in self._held.items():
            logger.warning("Telegram still holds us back (%s) until %s", _named(scope), until)

    async def shutdown(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    async def process_request(
        self,
        callback: Call,
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Bulk | None,
    ) -> Any:
        """Make the call when it is its turn; raise `HeldBack` where that is too far away."""
        chat = data.get("chat_id")
        if chat is None or endpoint in UNLIMITED:
            # Refused, such a call says nothing about messages, and who made it hears of it.
            return await callback(*args, **kwargs)
        is_bulk = rate_limit_args is not None
        deadline = self._now() + (BULK_PATIENCE if is_bulk else PATIENCE)
        while True:
            await self._patience(chat, deadline)
            await self._turn(chat, is_bulk=is_bulk)
            if self.held_until(chat) is not None:  # since we queued up
                continue
            begin = rate_limit_args.begin if rate_limit_args is not None else None
            if begin is not None and not await begin():
                raise NotOurs("somebody else's by now")
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                await self._refused(chat, self._now() + wait_of(error))
                # Refused is not sent: it may be tried once more when its wait is over. What has
                # begun has a lease that may not last so long: whoever holds that tries again.
                if begin is not None or self._now() + wait_of(error) > deadline:
                    raise

    def held_until(self, chat: object) -> datetime | None:
        """Return until when nothing may be sent to `chat`; None: now."""
        now = self._now()
        times = (self._held.get(scope) for scope in (ALL, _scope(chat)))
        return max((time for time in times if time is not None and time > now), default=None)

    async def _patience(self, chat: object, deadline: datetime) -> None:
        """Wait out a ban that ends in time; raise `HeldBack` otherwise."""
        while (until := self.held_until(chat)) is not None:
            if until > deadline:
                raise HeldBack(until)
            await self._sleep((until - self._now()).total_seconds())

    async def _turn(self, chat: object, *, is_bulk: bool) -> None:
        ticket = self._schedule.enter(chat, is_bulk=is_bulk, is_private=_is_private(chat))
        door = asyncio.get_running_loop().create_future()
        self._doors[ticket.number] = door
        self._open_doors()
        try:
            await door
        except asyncio.CancelledError:
            self._schedule.leave(ticket)
            raise
        finally:
            self._doors.pop(ticket.number, None)

    def _open_doors(self) -> None:
        """Let pass who may, and come back when the next one may."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        ticket: SendTicket | None
        while ticket := self._schedule.next(self._clock()):
            door = self._doors[ticket.number]
            if not door.done():
                door.set_result(None)
        if (ready_at := self._schedule.ready_at()) is not None:
            wait = max(0.0, ready_at - self._clock())
            self._timer = asyncio.get_running_loop().call_later(wait, self._open_doors)

    async def _refused(self, chat: object, until: datetime) -> None:
        """Hold the chat; when another is held already, it is about all of them."""
        now = self._now()
        others = [scope for scope, time in self._held.items() if time > now]
        scope = ALL if any(other != _scope(chat) for other in others) else _scope(chat)
        logger.warning("Telegram holds us back (%s) until %s", _named(scope), until)
        self._held = {key: time for key, time in self._held.items() if time > now}
        self._held[scope] = max(until, self._held.get(scope, until))
        try:
            await self._bans.put(scope, until)
        except StoreUnavailable as error:  # it holds here all the same
            logger.warning("a ban is not remembered over a restart: %s", error)


def _scope(chat: object) -> str:
    return f"chat:{chat}"


def _named(scope: str) -> str:
    return scope if scope == ALL else who(scope.removeprefix("chat:"))


def _is_private(chat: object) -> bool:
    """Users' ids are positive; groups and channels have negative ones, or a name."""
    return isinstance(chat, int) and chat > 0
