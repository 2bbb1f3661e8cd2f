"""What models said about papers: a score is paid for once.

A score holds for one version of a paper, one focus, one prompt, one language and one model; a
change of any of them is another score.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, select

from core.store.database import Repository
from core.store.statements import chunks
from core.store.tables import focus_key, scores, version_key


@dataclass(frozen=True)
class PastScore:
    paper_id: str
    score: int
    at: datetime


@dataclass(frozen=True)
class StoredScore:
    """One model's judgement of one paper."""

    paper_id: str
    version: int | None
    score: int
    reason: str
    """"" where the model gave none to be shown."""
    model: str
    headline: str = ""
    """Likewise: what the paper did, in one line."""


class StoredScores(Repository):
    """StoredScores by all they depend on."""

    async def put(
        self, items: Iterable[StoredScore], *, focus: str, prompt: str, language: str
    ) -> None:
        """Keep scores; a later score of the same key replaces the earlier."""
        now = self._now()
        rows = {
            (item.paper_id, version_key(item.version), item.model): {
                "paper_id": item.paper_id,
                "version": version_key(item.version),
                "focus": focus_key(focus),
                "prompt": prompt,
                "model": item.model,
                "language": language,
                "score": item.score,
                "reason": item.reason,
                "headline": item.headline,
                "scored_at": now,
            }
            for item in items
        }
        await self._database.put(scores, rows.values())

    async def get(
        self,
        *,
        paper_ids: Mapping[str, int | None],
        focus: str,
        prompt: str,
        models: Sequence[str],
        language: str,
    ) -> dict[str, StoredScore]:
        """Return the known scores of papers, given as id -> version; the first model wins."""
        query = select(scores).where(
            scores.c.focus == focus_key(focus),
            scores.c.prompt == prompt,
            scores.c.language == language,
            scores.c.model.in_(models),
        )
        found: dict[tuple[str, str], StoredScore] = {}
        async with self._database.reading() as connection:
            for chunk in chunks(paper_ids):
                for row in await connection.execute(query.where(scores.c.paper_id.in_(chunk))):
                    if row.version == version_key(paper_ids[row.paper_id]):
                        found[row.paper_id, row.model] = _stored(row, paper_ids[row.paper_id])
        return {
            paper_id: found[paper_id, model]
            for paper_id in paper_ids
            # reversed: of several models the first in the order is written last
            for model in reversed(models)
            if (paper_id, model) in found
        }

    async def headlines(self, paper_ids: Iterable[str], language: str) -> dict[str, str]:
        """Return what papers did, in one line each: the latest said for any focus."""
        query = (
            select(scores.c.paper_id, scores.c.headline)
            .where(scores.c.language == language, scores.c.headline != "")
            .order_by(scores.c.scored_at, scores.c.version, scores.c.focus, scores.c.model)
        )
        found: dict[str, str] = {}
        async with self._database.reading() as connection:
            for chunk in chunks(paper_ids):
                for row in await connection.execute(query.where(scores.c.paper_id.in_(chunk))):
                    found[row.paper_id] = row.headline
        return found

    async def recent(
        self,
        *,
        focus: str,
        prompt: str,
        models: Sequence[str],
        language: str,
        within: timedelta,
    ) -> dict[str, PastScore]:
        """Return the scores of the last days by paper, the oldest first; a paper's first counts."""
        query = (
            select(scores.c.paper_id, scores.c.score, scores.c.scored_at)
            .where(
                scores.c.focus == focus_key(focus),
                scores.c.prompt == prompt,
                scores.c.language == language,
                scores.c.model.in_(models),
                scores.c.scored_at > self._now() - within,
            )
            .order_by(scores.c.scored_at, scores.c.paper_id, scores.c.version, scores.c.model)
        )
        found: dict[str, PastScore] = {}
        for row in await self._database.rows(query):
            found.setdefault(row.paper_id, PastScore(row.paper_id, row.score, row.scored_at))
        return found


def _stored(row: Row[tuple[object, ...]], version: int | None) -> StoredScore:
    return StoredScore(row.paper_id, version, row.score, row.reason, row.model, row.headline)
