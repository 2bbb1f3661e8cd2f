"""The last resort: the same message without entities, for when Telegram refuses them after all."""

from dataclasses import replace

from bot.render.message import Message


def bare(message: Message) -> Message:
    """Return `message` as mere words; its buttons, and so its links, stay."""
    return replace(message, entities=())
