"""What passes between making lists and the arithmetic behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from core.models.values import Focus, Language
from core.store import StoredScore

Judged = Mapping[str, StoredScore]
"""A model's scores by paper."""


@dataclass(frozen=True)
class FocusGroup:
    focus: Focus
    """What a model is asked for: the wanted topics; avoided ones are each reader's own."""
    members: tuple[int, ...]


@dataclass(frozen=True)
class Person:
    """All that decides what a reader's list holds."""

    chat_id: int
    language: Language
    focus: Focus
    marks: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Weight by paper, see `core.models.feedback.weights`."""
    seen: frozenset[str] = frozenset()
    """What must not come again."""
    judged: Judged = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Rules:
    """What all lists of a day have in common."""

    day: date
    threshold: int
    limit: int
    hot: Sequence[str]
    """Papers worth a look whatever one's taste, the best first."""
    titles: Mapping[str, str]
    """Of papers that were marked."""
