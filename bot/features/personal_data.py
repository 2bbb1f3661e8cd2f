"""All that is stored of a reader: given out as files, and deleted."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.store.audience.personal_data import Personal, Rows

MAX_FILE = 8 * 2**20
"""Bytes: Telegram takes 50 MB, and all of it is in memory while it is sent."""
ABOUT = {
    "chats": "your subscription: hour and zone, language, topics (interests, avoided), and so on",
    "feedback": "what you said of papers: like, dislike, more, off (not this topic), save, open",
    "lists": "what your own lists showed, by day",
    "deliveries": "messages to you: what was sent, when, message ids",
    "reader_requests": "readings and questions you asked for",
    "notices": "what you were told once",
    "key_values": "drafts and the like",
    "telegram_bans": "how long Telegram asked to wait before writing to you",
}
"""What the file's keys mean."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class PersonalData:
    """One person's data, whole.

    `forget_unwritten` drops what is known of somebody and not stored yet.
    """

    personal: Personal
    forget_unwritten: Callable[[int], None]
    now: Callable[[], datetime]

    async def export(self, person: int) -> AsyncIterator[tuple[str, bytes]]:
        """Yield files by name, with all that is stored of somebody; none where that is nothing."""
        now, number = self.now(), 0
        head = {"exported_at": now.isoformat(), "about": ABOUT}
        async for content in files(self.personal.pages(person), head):
            number += 1
            yield f"paperboy-{now:%Y-%m-%d}{'' if number == 1 else f'-{number}'}.json", content

    async def forget(self, person: int) -> None:
        self.forget_unwritten(person)
        await self.personal.forget(person)


async def files(
    pages: AsyncIterator[tuple[str, Rows]], head: Mapping[str, object], *, most: int = MAX_FILE
) -> AsyncIterator[bytes]:
    """Yield the rows as JSON files of about `most` bytes each; none without rows."""
    tables: dict[str, list[bytes]] = {}
    size = 0
    async for table, rows in pages:
        lines = tables.setdefault(table, [])
        for row in rows:
            line = _json(row)
            if size and size + len(line) > most:
                yield _file(head, tables)
                tables, size = {table: (lines := [])}, 0
            lines.append(line)
            size += len(line)
    if size:
        yield _file(head, tables)


def _file(head: Mapping[str, object], tables: dict[str, list[bytes]]) -> bytes:
    """Return one JSON object, a row a line."""
    values = {name: _json(value) for name, value in head.items()}
    values |= {name: b"[\n" + b",\n".join(lines) + b"\n]" for name, lines in tables.items()}
    return b"{" + b",\n".join(_json(name) + b": " + values[name] for name in values) + b"}\n"


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
