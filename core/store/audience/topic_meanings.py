"""What topics mean that the glossary does not know: asked once for each, for everybody."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from core.models.values import Meaning
from core.store.database import Repository
from core.store.statements import chunks, decode
from core.store.tables import topic_meanings

MOST = 5_000
"""The newest; a glossary of more would be slow to make."""


class Meanings(Repository):
    """Meanings by topic, whatever its capitals."""

    async def put(self, items: Iterable[Meaning], *, prompt: str, model: str) -> None:
        """Keep meanings; a later one of the same topic replaces the earlier."""
        rows = [
            {
                "topic": _key(item.topic),
                "prompt": prompt,
                "model": model,
                "json": item.model_dump_json(),
                "created_at": self._now(),
            }
            for item in items
        ]
        await self._database.put(topic_meanings, rows)

    async def known(self, topics: Sequence[str], *, prompt: str) -> set[str]:
        """Return which of the topics have a meaning, folded."""
        found: set[str] = set()
        async with self._database.reading() as connection:
            for chunk in chunks({_key(topic) for topic in topics}):
                query = select(topic_meanings.c.topic).where(
                    topic_meanings.c.topic.in_(chunk), topic_meanings.c.prompt == prompt
                )
                found |= set((await connection.execute(query)).scalars())
        return found

    async def all(self) -> list[Meaning]:
        query = select(topic_meanings.c.topic, topic_meanings.c.json)
        query = query.order_by(topic_meanings.c.created_at.desc(), topic_meanings.c.topic).limit(
            MOST
        )
        found: dict[str, Meaning] = {}
        for row in await self._database.rows(query):
            if row.topic not in found:
                found[row.topic] = decode(Meaning, row.json)
        return [found[topic] for topic in sorted(found)]


def _key(topic: str) -> str:
    return " ".join(topic.casefold().split())
