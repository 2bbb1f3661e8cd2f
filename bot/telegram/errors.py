"""What can become of a message on its way out, sorted by what the sender does about it.

    DeliveryError
    ├── RecipientGone     stop writing to this chat: blocked, deactivated, kicked
    ├── RecipientRefused  cannot be written to now: muted, not found
    ├── ChatMoved         the group has become a supergroup: write to `new_id`
    ├── TopicGone         the forum topic was closed or deleted: write to the chat itself
    ├── HeldBack          Telegram told us to wait; nobody may try before `until`
    ├── MessageRefused    this message will never be taken as it is
    ├── MessageLost       the message to edit is gone, or too old to edit
    ├── NotOurs           somebody else sends it, or has; it was not tried
    ├── NotSent           it surely did not arrive; try again
    │   └── UnknownRefusal    refused in words nobody knows
    └── MayBeSent         nobody knows whether it arrived: the one ambiguous case
        └── ForeignAnswer     not answered by Telegram, or mangled on the way

Texts are for operators and logs; they never hold a URL, for Telegram's have the token in them.
"""

from datetime import datetime

from core.models.errors import PaperboyError


class DeliveryError(PaperboyError):
    """A message did not get through."""


class RecipientGone(DeliveryError):
    """The chat cannot be written to any more; `why` is a word for the ledger."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class RecipientRefused(DeliveryError):
    """The chat cannot be written to at the moment; `why` is a word for the ledger."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class ChatMoved(DeliveryError):
    """The group has another id now."""

    def __init__(self, new_id: int) -> None:
        super().__init__(f"the chat is {new_id} now")
        self.new_id = new_id


class TopicGone(DeliveryError):
    """The topic of a forum is closed or gone."""


class HeldBack(DeliveryError):
    """Telegram asked for patience."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"held back until {until:%H:%M:%S}")
        self.until = until


class MessageRefused(DeliveryError):
    """Telegram will not take this message."""


class MessageLost(DeliveryError):
    """There is no such message to edit."""


class NotOurs(DeliveryError):
    """The message is not for us to send."""


class NotSent(DeliveryError):
    """It did not leave, or was refused for a reason that passes."""


class UnknownRefusal(NotSent):
    """A refusal that says nothing about the chat or the message."""


class MayBeSent(DeliveryError):
    """The connection broke after the request was sent."""


class ForeignAnswer(MayBeSent):
    """Answered, but not as Telegram answers: a proxy, a firewall, a login page."""
