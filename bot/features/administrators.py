"""Telling the administrators something once; again the next time when nobody could be reached."""

import logging
from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import datetime, timedelta

from bot.render.message import Button, Message
from bot.telegram.errors import DeliveryError, MayBeSent, NotSent
from bot.telegram.messenger import ChatAddress, Messenger
from core.models.errors import StoreUnavailable
from core.store.delivery_changes import MOST_UNSURE
from core.store.key_values import Notices

logger = logging.getLogger(__name__)

UNSURE_FOR = timedelta(days=1)
"""How long it is counted how often something was told and nobody knows whether it arrived."""


Tell = Callable[[int, Message], Awaitable[object]]
"""Brings a message to one administrator; may raise `DeliveryError`."""


class Administrators:
    """Those who are told what readers should not have to notice."""

    def __init__(
        self, notices: Notices, admins: Iterable[int], tell: Tell, now: Callable[[], datetime]
    ) -> None:
        self._notices = notices
        self._admins = tuple(admins)
        self._tell = tell
        self._now = now
        self._unwritten: dict[str, datetime] = {}
        """What was told while the database could not be written, and when."""

    def __bool__(self) -> bool:
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

        What may have reached somebody is told twice more at most, like any message. The database is
        not needed for it: what cannot be noted there is until it can.
        """
        if not self._admins or not await self._is_first(key, again_after):
            return True
        is_told = await self._say(key, Message(text, buttons=buttons))
        if is_told:
            logger.warning("administrators are told: %s", key)
        else:
            await self._take_back(key)
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
            if await self._is_first(f"{key}#{number}", UNSURE_FOR):
                return False
        return True

    async def _is_first(self, key: str, again_after: timedelta | None) -> bool:
        now = self._now()
        told_at = self._unwritten.get(key)
        is_known = told_at is not None and (again_after is None or now - told_at < again_after)
        try:
            is_first = await self._notices.first(
                key, at=told_at if told_at and is_known else now, again_after=again_after
            )
        except StoreUnavailable:
            if not is_known:
                self._unwritten[key] = now
            return not is_known
        self._unwritten.pop(key, None)
        return is_first and not is_known

    async def _take_back(self, key: str) -> None:
        self._unwritten.pop(key, None)
        try:
            await self._notices.forget(key)
        except StoreUnavailable as error:
            logger.warning("not forgotten that it was told (%s): %s", key, error)


def telling(messenger: Messenger) -> Tell:
    """Return who tells by `messenger`, once it is clear that Telegram takes messages."""
    is_unsure = False

    async def tell(admin: int, message: Message) -> object:
        nonlocal is_unsure
        if is_unsure and not await messenger.is_answering():
            raise NotSent("Telegram takes no messages yet")
        try:
            message_id = await messenger.send(ChatAddress(admin), message)
        except MayBeSent:
            is_unsure = True
            raise
        is_unsure = False
        return message_id

    return tell


AGAIN_AFTER = timedelta(hours=1)


class Access:
    """Who may use the bot: the settings' administrators, and its allow-list."""

    def __init__(
        self,
        *,
        admins: Collection[int],
        allowed: Collection[int],
        notices: Notices,
        now: Callable[[], datetime],
    ) -> None:
        """Without `allowed` the bot is open to everybody."""
        self._admins = frozenset(admins)
        self._allowed = frozenset(allowed)
        self._notices = notices
        self._now = now

    def is_admin(self, person: int) -> bool:
        return person in self._admins

    def is_allowed(self, person: int) -> bool:
        return not self._allowed or person in self._allowed | self._admins

    async def may_refuse(self, person: int) -> bool:
        """Whether a stranger has not been told of the allow-list for a while; now they are."""
        key, now = f"stranger:{person}", self._now()
        try:
            return await self._notices.first(key, at=now, again_after=AGAIN_AFTER)
        except StoreUnavailable:
            return False  # nobody else's business waits for a stranger's
