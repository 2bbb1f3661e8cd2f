"""Who watches a long piece of work."""

from typing import Protocol


class Progress(Protocol):
    """Hears how far a build is; a stage is "sources", "scoring" or "reading"."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Hear that `done` of `total` parts of `stage` are finished."""


def unwatched(stage: str, done: int, total: int) -> None:
    """Watch nothing."""
