"""Texts are parsed in a process of their own: it can be stopped, and its memory is bounded.

A PDF is a program of a stranger's: a damaged or hostile one can keep pypdf busy for hours, and a
thread cannot be stopped (it would even keep the whole process from ending). A page may be as bad:
200,000 nested <div> keep the HTML parser busy for two minutes (it is quadratic in depth). The child
reads the file from standard input and writes `Parsed` as JSON. What is small is parsed in a thread:
the start of a child costs a quarter of a second.
"""

import asyncio
import sys
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum

from pydantic import TypeAdapter, ValidationError

from core.analyze.documents.outline import Parsed
from core.errors import TextUnavailable

SMALL = 200_000
"""Bytes of a page or of Markdown from which on it is parsed apart.

Nested as deep as it goes, a page of this size takes 2 s; an ordinary one, 10 ms.
"""
MEMORY = 1_500_000_000
"""Bytes of address space of the child, where the system can bound it."""
REFUSED = 3
"""The child's exit code when the PDF holds no text; standard output says why."""

_PARSED = TypeAdapter(Parsed)
_HERE = "core.fetch.apart"  # in the child `__name__` is another


class Kind(StrEnum):
    """What is to be parsed."""

    PDF = "pdf"
    HTML = "html"
    MARKDOWN = "markdown"


PATIENCE = {
    Kind.PDF: timedelta(seconds=60),
    Kind.HTML: timedelta(seconds=20),
    Kind.MARKDOWN: timedelta(seconds=20),
}
"""30 pages of a PDF take about 2 s, 10 MB of MathML 1 s, the child's start included."""


class TooSlow(TextUnavailable):
    """Parsing was stopped."""


class TooHeavy(TextUnavailable):
    """The child died, most likely for want of memory."""


async def parse(kind: Kind, data: bytes) -> Parsed:
    """Return the sections of a text of this kind. Raise `TextUnavailable`."""
    if kind is Kind.PDF or len(data) > SMALL:
        return await parse_apart(kind, data, patience=PATIENCE[kind])
    return await asyncio.to_thread(_parser(kind), data)


async def parse_apart(kind: Kind, data: bytes, *, patience: timedelta) -> Parsed:
    """Parse in a child. Raise `TextUnavailable`; `TooSlow` and `TooHeavy` are its own."""
    try:
        code, answer = await run_apart(_HERE, data, patience, kind.value)
    except TimeoutError:
        said = f"reading the {kind} took over {patience.total_seconds():g} s"
        raise TooSlow(said) from None
    return _parsed(kind, code, answer)


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
    )
    try:
        async with asyncio.timeout(patience.total_seconds()):
            answer, _ = await child.communicate(data)
    finally:
        if child.returncode is None:  # too slow, or we were cancelled
            child.kill()
            await child.wait()
    return child.returncode, answer


def _parsed(kind: Kind, code: int | None, answer: bytes) -> Parsed:
    if code == REFUSED:
        raise TextUnavailable(answer.decode("utf-8", errors="replace")[:300])
    if code != 0:
        raise TooHeavy(f"reading the {kind} ended with code {code}: out of memory?")
    try:
        return _PARSED.validate_json(answer)
    except ValidationError:
        raise TextUnavailable(f"reading the {kind} gave no sections") from None


def _parser(kind: Kind) -> Callable[[bytes], Parsed]:
    """Return what parses a kind; the parsers are heavy, and most papers need one of them."""
    match kind:
        case Kind.PDF:
            from core.analyze.documents.pdf import parse_pdf

            return parse_pdf
        case Kind.HTML:
            from core.analyze.documents.latexml import parse_latexml

            return lambda data: parse_latexml(data.decode("utf-8", errors="replace"))
        case Kind.MARKDOWN:
            from core.analyze.documents.markdown import parse_markdown

            return lambda data: parse_markdown(data.decode("utf-8", errors="replace"))


def _child(kind: Kind) -> int:
    """Parse standard input; runs in the child."""
    bound_memory()
    try:
        parsed = _parser(kind)(sys.stdin.buffer.read())
    except TextUnavailable as error:
        sys.stdout.buffer.write(str(error).encode("utf-8", errors="replace"))
        return REFUSED
    sys.stdout.buffer.write(_PARSED.dump_json(parsed))
    return 0


def bound_memory() -> None:
    """Bound what this process may use, where the system can."""
    try:
        import resource
    except ImportError:  # Windows has no such bound
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


if __name__ == "__main__":
    sys.exit(_child(Kind(sys.argv[1])))
