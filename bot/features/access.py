"""Who may use the bot, and who administers it."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from core.models.errors import StoreUnavailable
from core.store.notices import Notices

AGAIN_AFTER = timedelta(hours=1)


class Access:
    """The settings' administrators, and its allow-list."""

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
