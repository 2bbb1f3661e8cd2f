"""What goes to a chat, and what became of a delivery."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.render.message import Message


@dataclass(frozen=True)
class Post:
    """Messages that belong together, under one name in the ledger."""

    key: str
    """`day:2026-03-13`, `quiet:2026-03-14`, `cast:7`, ..."""
    messages: tuple[Message, ...]
    day: date | None = None
    """The edition a chat has had when all of it is sent."""


@dataclass(frozen=True)
class DeliveryStats:
    sent: int = 0
    """Messages."""
    given_up: int = 0
    held: int = 0
    """To be tried again: held back by Telegram, or not arrived."""
    unsure: int = 0
    """Nobody knows whether they arrived."""
    gone: int = 0
    """Chats that cannot be written to any more."""
    refusing: int = 0
    """Chats that cannot be written to at the moment; they are tried again, ever more rarely."""
    lost: int = 0
    """Messages given up since nobody knows whether they arrived."""
    unknown: int = 0
    """Answers that were not Telegram's, or refusals in words nobody knows."""
    doubted: int = 0
    """Chats that seem to have ended, but so many at once that it is not believed."""
    paused_until: datetime | None = None
    """Nothing is tried before."""
    refused: tuple[tuple[str, str], ...] = ()
    """Posts with a message that Telegram would not take, and why; each pair once."""

    def __add__(self, other: "DeliveryStats") -> "DeliveryStats":
        return DeliveryStats(
            sent=self.sent + other.sent,
            given_up=self.given_up + other.given_up,
            held=self.held + other.held,
            unsure=self.unsure + other.unsure,
            gone=self.gone + other.gone,
            refusing=self.refusing + other.refusing,
            lost=self.lost + other.lost,
            unknown=self.unknown + other.unknown,
            doubted=self.doubted + other.doubted,
            paused_until=other.paused_until or self.paused_until,
            refused=tuple(dict.fromkeys((*self.refused, *other.refused))),
        )
