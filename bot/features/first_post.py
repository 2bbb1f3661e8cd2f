"""The newest list, sent to whoever subscribes: a delivery like any other.

It is entered in the ledger, so that the morning does not send it again, and a deep dive that
arrives late still edits it.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta

from bot.render.message import Message
from bot.telegram.errors import DeliveryError, MayBeSent
from core.models.errors import StoreUnavailable
from core.store.delivery.deliveries import Deliveries
from core.store.delivery_changes import Begin, Finish, Release

LEASE = timedelta(minutes=2)
"""The morning takes it over should this process die."""
Send = Callable[[Message], Awaitable[int]]
"""Returns the message's id; raises `DeliveryError`."""


class FirstPost:
    def __init__(self, *, deliveries: Deliveries, now: Callable[[], datetime]) -> None:
        self._deliveries = deliveries
        self._now = now

    async def deliver(
        self, chat_id: int, day: date, messages: Sequence[Message], send: Send
    ) -> None:
        """Send the list of `day`, part by part, and enter each in the ledger."""
        for part, message in enumerate(messages):
            begun = Begin(
                chat_id, f"day:{day}", part, at=self._now(), lease_until=self._now() + LEASE
            )
            await self._deliver(begun, message, send, day if part == len(messages) - 1 else None)

    async def _deliver(
        self, begun: Begin, message: Message, send: Send, had_day: date | None
    ) -> None:
        key = (begun.chat_id, begun.post, begun.part)
        may_go = (await self._deliveries.apply([begun]))[0]
        try:
            message_id = await send(message)
        except DeliveryError as error:
            if may_go:
                unsure = isinstance(error, MayBeSent)
                released = Release(*key, not_before=begun.at, unsure=unsure)
                await self._deliveries.apply([released])
            raise
        if may_go:  # else it had been sent before, and is shown once more because they asked
            finish = Finish(*key, self._now(), message_id, message.fingerprint, had_day)
            with suppress(StoreUnavailable):  # noted by the ledger as soon as it can
                await self._deliveries.apply([finish])
