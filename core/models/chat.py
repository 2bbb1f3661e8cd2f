"""A member of the audience, and what it may choose."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import TypedDict

from core.models.values import Focus, Language


class ChatKind(StrEnum):
    PRIVATE = "private"
    GROUP = "group"
    CHANNEL = "channel"


@dataclass(frozen=True)
class Chat:
    """One member of the audience."""

    chat_id: int
    kind: ChatKind
    language: Language
    at: time
    """The hour of the morning in `zone`."""
    zone: str
    """IANA name."""
    joined_at: datetime
    """An hour that struck before it is not owed; renewed when coming back."""
    top_n: int | None = None
    """None: the digest's own, as for `threshold`."""
    threshold: int | None = None
    tells_quiet_days: bool = True
    interests: tuple[str, ...] = ()
    """Empty: the digest's."""
    thread_id: int | None = None
    """The forum topic the digest is bound to."""
    handle: str | None = None
    """"@name" of a channel from the settings."""
    paused_at: datetime | None = None
    left_at: datetime | None = None
    left_why: str | None = None
    had_day: date | None = None
    """The newest edition it had."""
    avoided: tuple[str, ...] = ()
    """Topics it does not want."""
    topics_before: tuple[str, ...] | None = None
    """What its topics were before the last change, for an undo; "-" before those to avoid."""
    refused_at: datetime | None = None
    """Since when it cannot be written to, though nobody ended the subscription."""
    refused_last_at: datetime | None = None
    refusals: int = 0
    """Messages that were refused since."""

    @property
    def is_personal(self) -> bool:
        return bool(self.interests or self.avoided)

    def focus(self, usual: Focus) -> Focus:
        """Return what it wants: without topics of its own, the digest's (`usual`)."""
        return Focus(interests=self.interests or usual.interests, avoid=self.avoided)


class Choices(TypedDict, total=False):
    """What `Chats.change` may change."""

    language: Language
    at: time
    zone: str
    top_n: int | None
    threshold: int | None
    tells_quiet_days: bool
    interests: tuple[str, ...]
    avoided: tuple[str, ...]
    topics_before: tuple[str, ...] | None
    thread_id: int | None
    paused_at: datetime | None
    handle: str | None
