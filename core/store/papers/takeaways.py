"""What a focus can do with a paper: asked once, kept for every reader who wants the same."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from core.models.values import Takeaway
from core.store.database import Repository
from core.store.papers.reading_key import ReadingKey, in_order
from core.store.statements import decode_made
from core.store.tables import takeaways


class StoredTakeaways(Repository):
    """Takeaways by all they depend on."""

    async def put(self, takeaway: Takeaway, key: ReadingKey) -> None:
        """Keep a takeaway; a later one of the same key replaces it."""
        row = {
            **key.columns,
            "model": takeaway.model,
            "json": takeaway.model_dump_json(),
            "created_at": self._now(),
        }
        await self._database.put(takeaways, [row])

    async def get(
        self, key: ReadingKey, models: Sequence[str], *, since: datetime | None = None
    ) -> Takeaway | None:
        """Return the takeaway by the first of `models` that worded one (`since` then)."""
        if not models:
            return None
        query = (
            select(takeaways.c.json)
            .where(*key.matches(takeaways), takeaways.c.model.in_(models))
            .order_by(in_order(takeaways, models))
            .limit(1)
        )
        if since is not None:
            query = query.where(takeaways.c.created_at >= since)
        return decode_made(Takeaway, await self._database.value(query))
