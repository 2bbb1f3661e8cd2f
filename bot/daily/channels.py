"""The channels of the settings, as members of the audience.

The settings are the truth: a channel taken out of them leaves, one whose hour changed there has the
new hour. An "@name" is looked up once and remembered. A channel new in the settings is owed the
edition of the last press time at once, so that its owner sees it work; only chats that join by
themselves wait for their next morning.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.daily.calendar import last_struck
from bot.features.subscriptions import OUT_OF_SETTINGS, ChatDefaults
from bot.telegram.errors import DeliveryError
from core.models.chat import Chat, ChatKind
from core.store.audience.chats import Chats

logger = logging.getLogger(__name__)

Resolve = Callable[[str], Awaitable[int]]
"""From "@name" to the chat's id; raises `DeliveryError`."""


class Channels:
    """Keeps the audience's channels as the settings have them."""

    def __init__(
        self,
        *,
        chats: Chats,
        names: Sequence[str],
        defaults: ChatDefaults,
        resolve: Resolve,
        now: Callable[[], datetime],
    ) -> None:
        self._chats = chats
        self._names = tuple(dict.fromkeys(handle_of(name) for name in names))
        self._defaults = defaults
        self._resolve = resolve
        self._now = now
        self._open: list[str] | None = None
        self._not_found: set[str] = set()

    @property
    def names(self) -> tuple[str, ...]:
        """Return the channels of the settings: "@name", or an id."""
        return self._names

    async def sync(self) -> None:
        """Let channels join and leave as the settings say; those not found are tried next time.

        One that left for another reason joins again at a process' first call: after a restart the
        owner may have let the bot in again, and if not, the next message tells.
        """
        if self._open is None:
            await self._remove()
            self._open = list(self._names)
        for name in tuple(self._open):
            try:
                await self._join(name)
            except DeliveryError as error:
                logger.warning("channel %s cannot be found: %s", name, error)
                self._not_found.add(name)
                continue
            self._open.remove(name)
            self._not_found.discard(name)

    async def lost(self) -> list[str]:
        chats = {name: await self._chats.by_handle(name) for name in self._names}
        left = {
            name
            for name, chat in chats.items()
            if chat is not None and (chat.left_at or chat.refused_at)
        }
        return [name for name in self._names if name in left | self._not_found]

    async def _join(self, name: str) -> None:
        known = await self._chats.by_handle(name)
        if known is not None:
            chat_id = known.chat_id
        else:
            chat_id = int(name) if _is_id(name) else await self._resolve(name)
        wanted = self._chat(chat_id, name)
        chat, _ = await self._chats.join(wanted)
        now_set = replace(
            wanted,
            joined_at=chat.joined_at,
            had_day=chat.had_day,
            refused_at=chat.refused_at,
            refused_last_at=chat.refused_last_at,
            refusals=chat.refusals,
        )
        if chat != now_set:
            await self._chats.change(
                chat_id,
                at=wanted.at,
                zone=wanted.zone,
                language=wanted.language,
                tells_quiet_days=wanted.tells_quiet_days,
                handle=name,
            )

    def _chat(self, chat_id: int, name: str) -> Chat:
        defaults = self._defaults
        return Chat(
            chat_id=chat_id,
            kind=ChatKind.CHANNEL,
            language=defaults.language,
            at=defaults.at,
            zone=defaults.zone.key,
            joined_at=self._joined(),
            tells_quiet_days=defaults.tells_quiet_days,
            handle=name,
        )

    def _joined(self) -> datetime:
        """Return a moment just before the hour struck last, so that it is owed."""
        return last_struck(self._now(), self._defaults.at, self._defaults.zone) - timedelta(
            seconds=1
        )

    async def _remove(self) -> None:
        wanted = {name.lower() for name in self._names}
        for chat in await self._known():
            if chat.handle is not None and chat.handle.lower() not in wanted:
                await self._chats.leave(chat.chat_id, at=self._now(), why=OUT_OF_SETTINGS)

    async def _known(self) -> list[Chat]:
        """Return the active channels; ids of channels and groups are below zero, and come first."""
        found: list[Chat] = []
        page = await self._chats.active()
        while page:
            found += (chat for chat in page if chat.kind is ChatKind.CHANNEL)
            if page[-1].chat_id > 0:
                break
            page = await self._chats.active(after=page[-1].chat_id)
        return found


def _is_id(name: str) -> bool:
    return re.fullmatch(r"-?\d+", name, re.ASCII) is not None


def handle_of(name: str) -> str:
    return name if _is_id(name) or name.startswith("@") else f"@{name}"
