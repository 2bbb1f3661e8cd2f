"""A page of search results."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.models.values import Paper


@dataclass(frozen=True)
class Hits:
    """As `core.store` returns it."""

    total: int
    hits: Sequence[Paper]
