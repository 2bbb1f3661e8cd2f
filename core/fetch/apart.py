"""PDFs are parsed in a process of their own: it can be stopped, and its memory is bounded.

A PDF is a program of a stranger's: a damaged or hostile one can keep pypdf busy for hours, and a
thread cannot be stopped (it would even keep the whole process from ending). The child reads the
file from standard input and writes `Parsed` as JSON. Elsewhere in the chain threads suffice: the
other parsers bound their work themselves.
"""

import asyncio
import sys
from datetime import timedelta

from pydantic import TypeAdapter, ValidationError

from core.analyze.documents.outline import Parsed
from core.errors import TextUnavailable

PDF_PATIENCE = timedelta(seconds=60)
"""A 30-page paper takes about 2 s, the child's start included."""
MEMORY = 1_500_000_000
"""Bytes of address space of the child, where the system can bound it."""
REFUSED = 3
"""The child's exit code when the PDF holds no text; standard output says why."""

_PARSED = TypeAdapter(Parsed)
_HERE = "core.fetch.apart"  # in the child `__name__` is another


async def parse_pdf_apart(data: bytes, *, patience: timedelta = PDF_PATIENCE) -> Parsed:
    """Return the PDF's sections. Raise `TextUnavailable`, also when it takes too long."""
    try:
        code, answer = await run_apart(_HERE, data, patience)
    except TimeoutError:
        raise TextUnavailable(f"reading the PDF took over {patience.total_seconds():g} s") from None
    return _parsed(code, answer)


async def run_apart(module: str, data: bytes, patience: timedelta) -> tuple[int | None, bytes]:
    """Run a module of ours in a child on `data`; return its exit code and what it wrote.

    Raise `TimeoutError` when it takes too long. The child is ended whatever happens here.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
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


def _parsed(code: int | None, answer: bytes) -> Parsed:
    if code == REFUSED:
        raise TextUnavailable(answer.decode("utf-8", errors="replace")[:300])
    if code != 0:
        raise TextUnavailable(f"reading the PDF ended with code {code}: out of memory?")
    try:
        return _PARSED.validate_json(answer)
    except ValidationError:
        raise TextUnavailable("reading the PDF gave no sections") from None


def _child() -> int:
    """Parse standard input; runs in the child."""
    bound_memory()
    from core.analyze.documents.pdf import parse_pdf

    try:
        parsed = parse_pdf(sys.stdin.buffer.read())
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
    sys.exit(_child())
