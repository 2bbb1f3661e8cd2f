"""Progress for a person at the terminal: bars there, plain lines elsewhere; on standard error.

Whoever has to wait for a model hears until about when.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from core.locale import Sentence, Sentences
from core.models.values import Language
from core.report import words

STAGES = Sentences("progress.stages")
WAITING = Sentence("progress.waiting")


class Watcher(Protocol):
    def __call__(self, stage: str, done: int, total: int) -> None:
        """Hear that `done` of `total` parts of `stage` are finished."""

    def on_wait(self, until: datetime) -> None:
        """Hear until about when a model makes it wait."""


@contextmanager
def watching(language: Language, now: Callable[[], datetime]) -> Iterator[Watcher]:
    """Give a watcher that draws bars on a terminal and prints plain lines elsewhere."""
    if not sys.stderr.isatty():
        yield _PlainLines(language, now)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield _Bars(progress, language, now)


class _Waits:
    """Of many who wait at once, the one whose turn comes last tells when all are through."""

    def __init__(self, language: Language, now: Callable[[], datetime]) -> None:
        self._language = language
        self._now = now
        self._last = now()

    def words(self, until: datetime) -> str | None:
        """Return what to say; None when it is known."""
        if until <= self._last:
            return None
        self._last = until
        about = words.about(until - self._now(), self._language)
        return WAITING(self._language, about=about)


class _PlainLines:
    def __init__(self, language: Language, now: Callable[[], datetime]) -> None:
        self._language = language
        self._waits = _Waits(language, now)

    def __call__(self, stage: str, done: int, total: int) -> None:
        if total:
            sys.stderr.write(f"{STAGES[stage](self._language)} {done}/{total}\n")

    def on_wait(self, until: datetime) -> None:
        if line := self._waits.words(until):
            sys.stderr.write(f"{line}\n")


class _Bars:
    def __init__(self, progress: Progress, language: Language, now: Callable[[], datetime]) -> None:
        self._progress = progress
        self._language = language
        self._waits = _Waits(language, now)
        self._tasks: dict[str, TaskID] = {}
        self._stage = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        if not total:
            return
        name = STAGES[stage](self._language)
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(name, total=total)
        self._stage = stage
        self._progress.update(self._tasks[stage], completed=done, description=name)

    def on_wait(self, until: datetime) -> None:
        wait = self._waits.words(until)
        if wait is None:
            return
        if self._stage in self._tasks:
            name = f"{STAGES[self._stage](self._language)} · {wait}"
            self._progress.update(self._tasks[self._stage], description=name)
        else:
            self._progress.console.print(wait, markup=False)
