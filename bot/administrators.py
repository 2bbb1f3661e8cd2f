"""Telling the administrators something once; again the next time when nobody could be reached."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Protocol

from bot.errors import DeliveryError
from bot.render.message import Message
from core.store import Store

logger = logging.getLogger(__name__)


class Tell(Protocol):
    """Brings a message to one administrator; may raise `DeliveryError`."""

    async def __call__(self, admin: int, message: Message) -> object:
        """Send it."""
        ...


class Administrators:
    """Those who are told what readers should not have to notice."""

    def __init__(
        self, store: Store, admins: Iterable[int], tell: Tell, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._admins = tuple(admins)
        self._tell = tell
        self._now = now

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._admins)

    async def say_once(self, key: str, text: str, *, again_after: timedelta | None = None) -> bool:
        """Tell all of them unless it was told before; False when nobody could be reached."""
        notices = self._store.notices
        if not self._admins:
            return True
        if not await notices.first(key, at=self._now(), again_after=again_after):
            return True
        logger.warning("administrators are told: %s", key)
        is_told = False
        for admin in self._admins:
            try:
                await self._tell(admin, Message(text))
                is_told = True
            except DeliveryError as error:
                logger.warning("an administrator cannot be told: %s", error)
        if not is_told:
            await notices.forget(key)
        return is_told
