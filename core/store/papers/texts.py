"""Papers' texts as they were read, one for each place they came from.

Keeping all of them is what lets an abstract or a part never shadow a full text: `get` chooses the
fullest, and of two of them the later one, which was held against the earlier. A caller who gets
less than the whole may look for better, `fetched_at` says how long ago somebody last did.
"""

from datetime import datetime
from typing import TypeVar

from sqlalchemy import Column, Select, case, select

from core.models.values import Document, TextExtent, TextSource
from core.store.database import Repository
from core.store.statements import decode_made
from core.store.tables import texts, version_key

FoundT = TypeVar("FoundT")

_PART = ":part"
"""Follows the source of a text that is only a part: beside the whole one, and behind it."""
_EXTENT = case(
    (texts.c.source == TextSource.ABSTRACT.value, TextExtent.ABSTRACT),
    (texts.c.source.endswith(_PART), TextExtent.PART),
    else_=TextExtent.WHOLE,
)


class StoredTexts(Repository):
    """Texts by paper and version; an unknown version is a version of its own."""

    async def put(self, document: Document, *, version: int | None, at: datetime) -> None:
        """Keep what was found for `version`; it replaces the one from the same place only.

        The text may state another version than was asked for (`document.version`): it is still
        the answer to that question, and is found again by it.
        """
        row = {
            "paper_id": document.paper_id,
            "version": version_key(version),
            "source": document.source.value + (_PART if document.is_part else ""),
            "json": document.model_dump_json(),
            "fetched_at": at,
        }
        await self._database.put(texts, [row])

    async def get(self, paper_id: str, version: int | None) -> Document | None:
        """Return the best text there is."""
        query = _best(texts.c.json, paper_id, version)
        return decode_made(Document, await self._database.value(query))

    async def source(self, paper_id: str, version: int | None) -> TextSource | None:
        """Return where the text that `get` returns is from, without reading it."""
        query = _best(texts.c.source, paper_id, version)
        found = await self._database.value(query)
        return None if found is None else TextSource(found.removesuffix(_PART))

    async def fetched_at(self, paper_id: str, version: int | None) -> datetime | None:
        """Return when the text that `get` returns was fetched."""
        query = _best(texts.c.fetched_at, paper_id, version)
        found: datetime | None = await self._database.value(query)
        return found


def _best(column: Column[FoundT], paper_id: str, version: int | None) -> Select[FoundT]:
    return (
        select(column)
        .where(texts.c.paper_id == paper_id, texts.c.version == version_key(version))
        .order_by(_EXTENT.desc(), texts.c.fetched_at.desc())
        .limit(1)
    )
