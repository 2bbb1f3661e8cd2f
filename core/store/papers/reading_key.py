"""What a reading and a takeaway depend on, as their tables have it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, case
from sqlalchemy.sql import ColumnElement

from core.models.values import Language
from core.store.tables import focus_key, version_key


@dataclass(frozen=True)
class ReadingKey:
    """All a reading or a takeaway depends on, but for the model whose words it has."""

    paper_id: str
    version: int | None
    focus: str
    prompt: str
    """The prompt's version, with what else went into the question."""
    language: Language

    @property
    def columns(self) -> dict[str, Any]:
        """The key as it is stored."""
        keys = {"version": version_key(self.version), "focus": focus_key(self.focus)}
        return {**vars(self), **keys}

    def matches(self, table: Table, but: str = "") -> list[ColumnElement[bool]]:
        """Return what is true of the key's rows, whatever their column `but` holds."""
        return [table.c[name] == value for name, value in self.columns.items() if name != but]


def in_order(table: Table, models: Sequence[str]) -> ColumnElement[Any]:
    """Return what rows are ordered by, those of the first of `models` before the others'."""
    order = {model: rank for rank, model in reversed(list(enumerate(models)))}
    return case(order, value=table.c.model)
