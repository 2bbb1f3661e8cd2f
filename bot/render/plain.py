"""The last resort: the same message without entities, for when Telegram refuses them after all."""

from dataclasses import replace

from bot.render.message import MAX_UNITS, Message
from bot.render.text import Text
from core.text.links import inert_but_web


def bare(message: Message) -> Message:
    """Return `message` as mere words; its buttons, and so its links, stay.

    What was code is none any more, so that it could be tapped: nothing is, our commands neither.
    """
    words = Text(inert_but_web(message.text)).clipped(MAX_UNITS)
    return replace(message, text=words.text, entities=())
