"""Deep dives: read once, kept for every reader who asks again."""

from collections.abc import Collection, Sequence

from sqlalchemy import and_, delete, select

from core.models.values import Analysis
from core.store.database import Repository
from core.store.papers.reading_key import ReadingKey, in_order
from core.store.statements import decode_made
from core.store.tables import analyses, version_key


class Analyses(Repository):
    """Analyses by all they depend on."""

    async def put(self, analysis: Analysis, key: ReadingKey) -> None:
        """Keep the analysis of a paper's version; a later one of the same key replaces it.

        The text that was read may be of another version (`analysis.version`).
        """
        row = {
            **key.columns,
            "model": analysis.model,
            "json": analysis.model_dump_json(),
            "created_at": analysis.created_at,
        }
        await self._database.put(analyses, [row])

    async def headlines(self, paper_ids: Collection[str], language: str) -> dict[str, str]:
        """Return what papers did, in one line each, as their latest readers said."""
        query = (
            select(analyses.c.paper_id, analyses.c.json)
            .where(analyses.c.language == language, analyses.c.paper_id.in_(paper_ids))
            .order_by(analyses.c.created_at, analyses.c.model)
        )
        rows = await self._database.rows(query)
        known = ((row.paper_id, decode_made(Analysis, row.json)) for row in rows)
        return {paper_id: read.headline.text for paper_id, read in known if read and read.headline}

    async def get(
        self, key: ReadingKey, models: Sequence[str], *, is_older: bool = False
    ) -> Analysis | None:
        """Return the analysis by the first of `models` that made one.

        The key's language is the analysis' own, which for an extract is the paper's. With
        `is_older` it is that of the newest version before the key's.
        """
        if not models:
            return None
        known, wanted = analyses.c.version, version_key(key.version)
        query = (
            select(analyses.c.json)
            .where(
                *key.matches(analyses, but="version"),
                and_(known > 0, known < wanted) if is_older else known == wanted,
                analyses.c.model.in_(models),
            )
            .order_by(known.desc(), in_order(analyses, models))
            .limit(1)
        )
        return decode_made(Analysis, await self._database.value(query))

    async def latest(self, key: ReadingKey, *, unless: str) -> Analysis | None:
        """Return the analysis made last, by whatever prompt and model, if it can still be read.

        None by those whose names begin with `unless`.
        """
        query = (
            select(analyses.c.json)
            .where(
                *key.matches(analyses, but="prompt"),
                ~analyses.c.model.startswith(unless, autoescape=True),
            )
            .order_by(analyses.c.created_at.desc())
            .limit(1)
        )
        return decode_made(Analysis, await self._database.value(query))

    async def drop(self, analysis: Analysis, key: ReadingKey) -> None:
        """Forget an analysis."""
        query = delete(analyses).where(*key.matches(analyses), analyses.c.model == analysis.model)
        async with self._database.transaction() as connection:
            await connection.execute(query)
