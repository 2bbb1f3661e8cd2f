"""What a focus can do with a paper: asked once, kept for every reader who wants the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, select

from core.models.values import Language, Takeaway
from core.store.database import Repository
from core.store.statements import decode
from core.store.tables import focus_key, takeaways, version_key


@dataclass(frozen=True)
class TakeawayKey:
    """All a takeaway depends on, but for who worded it."""

    paper_id: str
    version: int | None
    focus: str
    prompt: str
    """The prompt's version, with what else went into the question."""
    language: Language


class StoredTakeaways(Repository):
    """Takeaways by all they depend on."""

    async def put(self, takeaway: Takeaway, key: TakeawayKey) -> None:
        """Keep a takeaway; a later one of the same key replaces it."""
        row = {
            "paper_id": key.paper_id,
            "version": version_key(key.version),
            "focus": focus_key(key.focus),
            "prompt": key.prompt,
            "model": takeaway.model,
            "language": key.language,
            "json": takeaway.model_dump_json(),
            "created_at": self._now(),
        }
        await self._database.put(takeaways, [row])

    async def get(
        self, key: TakeawayKey, models: Sequence[str], *, since: datetime | None = None
    ) -> Takeaway | None:
        """Return the takeaway by the first of `models` that worded one (`since` then)."""
        if not models:
            return None
        order = {model: rank for rank, model in reversed(list(enumerate(models)))}
        query = (
            select(takeaways.c.json)
            .where(
                takeaways.c.paper_id == key.paper_id,
                takeaways.c.version == version_key(key.version),
                takeaways.c.focus == focus_key(key.focus),
                takeaways.c.prompt == key.prompt,
                takeaways.c.language == key.language,
                takeaways.c.model.in_(models),
            )
            .order_by(case(order, value=takeaways.c.model))
            .limit(1)
        )
        if since is not None:
            query = query.where(takeaways.c.created_at >= since)
        json = await self._database.value(query)
        return None if json is None else decode(Takeaway, json)
