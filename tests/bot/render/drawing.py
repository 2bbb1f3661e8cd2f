"""A message drawn with signs, so that a golden file can be read and reviewed like text."""

from bot.render.message import Entity, Message

_SIGNS = {
    "bold": ("**", "**"),
    "italic": ("_", "_"),
    "code": ("`", "`"),
    "pre": ("```", "```"),
    "text_link": ("[", "]"),
    "blockquote": ("❝ ", " ❞"),
    "expandable_blockquote": ("❝▾ ", " ❞"),
}


def drawn(*messages: Message) -> str:
    """Return the messages with their entities as signs and their buttons in rows."""
    return "\n\n======== next message ========\n\n".join(map(_drawn, messages)) + "\n"


def _drawn(message: Message) -> str:
    rows = [" ".join(f"[ {button.text} → {button.data or button.url} ]" for button in row)
            for row in message.buttons]  # fmt: skip
    keyboard = "\n\n" + "\n".join(rows) if rows else ""
    preview = f"\n(preview: {message.preview})" if message.preview else ""
    return _signed(message.text, message.entities) + preview + keyboard


def _signed(text: str, entities: tuple[Entity, ...]) -> str:
    encoded = text.encode("utf-16-le")
    marks: dict[int, list[str]] = {}
    for entity in entities:
        opening, closing = _SIGNS[entity.kind]
        end = entity.offset + entity.length
        closing += f"({entity.url})" if entity.url else ""
        marks.setdefault(entity.offset, []).append(opening)
        marks.setdefault(end, []).insert(0, closing)
    pieces, last = [], 0
    for at in sorted(marks):
        pieces += [encoded[last * 2 : at * 2].decode("utf-16-le"), *marks[at]]
        last = at
    return "".join([*pieces, encoded[last * 2 :].decode("utf-16-le")])
