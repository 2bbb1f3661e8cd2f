"""Texts are parsed aside, in a process that can be stopped and whose memory is bounded.

A PDF is a program of a stranger's: a damaged or hostile one can keep pypdf busy for hours, and a
thread cannot be stopped (it would even keep the whole process from ending). A page may be as bad:
200,000 nested <div> keep the HTML parser busy for two minutes (it is quadratic in depth).
"""

import asyncio
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from core.analyze.documents.outline import Parsed
from core.analyze.documents.parsing import Kind, parsed
from core.aside import SMALL, Aside
from core.errors import SourceError, TextUnavailable, WorkStopped, WorkTooSlow
from core.workers import bare_environment

T = TypeVar("T")

REFUSED = 3
"""The exit code of a child of `run_apart` that refuses; standard output says why."""


PATIENCE = {
    Kind.PDF: timedelta(seconds=60),
    Kind.HTML: timedelta(seconds=20),
    Kind.MARKDOWN: timedelta(seconds=20),
}
"""30 pages of a PDF take about 2 s, 10 MB of MathML 1 s, a process' start included."""


class TooSlow(TextUnavailable):
    """Parsing was stopped."""


class TooHeavy(TextUnavailable):
    """Parsing died, most likely for want of memory."""


async def parse(aside: Aside, kind: Kind, data: bytes) -> Parsed:
    """Return the sections of a text of this kind. Raise `TextUnavailable`."""
    small = 0 if kind is Kind.PDF else SMALL
    try:
        return await aside(partial(parsed, kind, data), patience=PATIENCE[kind], small=small)
    except WorkTooSlow as error:
        raise TooSlow(f"reading the {kind}: {error}") from None
    except WorkStopped as error:
        raise TooHeavy(f"reading the {kind}: {error}") from None


async def understood(aside: Aside, source: str, parser: Callable[..., T], *given: Any) -> T:
    """Return what a parser makes of a source's answer. Raise `SourceError`.

    However small: what a library does with an odd answer may also be to fail in its own way, and
    that ends the worker instead of us.
    """
    try:
        return await aside(partial(parser, *given), small=0)
    except WorkStopped as error:
        raise SourceError(source, f"the answer cannot be read: {error}") from None


async def run_apart(
    module: str, data: bytes, patience: timedelta, *arguments: str
) -> tuple[int | None, bytes]:
    """Run a module of ours in a child on `data`; return its exit code and what it wrote.

    Raise `TimeoutError` when it takes too long. The child is ended whatever happens here.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=bare_environment(),
    )
    try:
        async with asyncio.timeout(patience.total_seconds()):
            answer, _ = await child.communicate(data)
    finally:
        if child.returncode is None:  # too slow, or we were cancelled
            child.kill()
            await child.wait()
    return child.returncode, answer
