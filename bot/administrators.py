"""Telling the administrators something once; again the next time when nobody could be reached."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Protocol

from bot.errors import DeliveryError, MayBeSent
from bot.render.message import Button, Message
from core.store import Store
from core.store.attempts import MOST_UNSURE

logger = logging.getLogger(__name__)

UNSURE_FOR = timedelta(days=1)
"""How long it is counted how often something was told and nobody knows whether it arrived."""


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

    async def say_once(
        self,
        key: str,
        text: str,
        *,
        again_after: timedelta | None = None,
        buttons: tuple[tuple[Button, ...], ...] = (),
    ) -> bool:
        """Tell all of them unless it was told before; False when nobody could be reached.

        What may have reached somebody is told twice more at most, like any message.
        """
        notices = self._store.notices
        if not self._admins:
            return True
        if not await notices.first(key, at=self._now(), again_after=again_after):
            return True
        logger.warning("administrators are told: %s", key)
        is_told = await self._say(key, Message(text, buttons=buttons))
        if not is_told:
            await notices.forget(key)
        return is_told

    async def _say(self, key: str, message: Message) -> bool:
        is_told = is_unsure = False
        for admin in self._admins:
            try:
                await self._tell(admin, message)
                is_told = True
            except DeliveryError as error:
                is_unsure = is_unsure or isinstance(error, MayBeSent)
                logger.warning("an administrator cannot be told: %s", error)
        return is_told or (is_unsure and await self._was_tried(key))

    async def _was_tried(self, key: str) -> bool:
        """Whether something was told so often that nobody knows of that it has to do."""
        for number in range(1, MOST_UNSURE):
            first = await self._store.notices.first(
                f"{key}#{number}", at=self._now(), again_after=UNSURE_FOR
            )
            if first:
                return False
        return True
