"""Lines of a file that somebody names: any kind of file, read within bounds.

A device has no end, a pipe may have no writer, a small gzip file may unpack to terabytes, and a
line may be as long as all that.
"""

import gzip
import os
import select
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Final

from core.models.errors import UsageError

MAX_LINE: Final = 2_000_000
"""Bytes; a longer line is none of ours."""
PATIENCE: Final = timedelta(seconds=30)
"""How long a pipe may take to begin."""


def read_lines(
    path: Path, *, max_bytes: int, patience: timedelta = PATIENCE
) -> Iterator[str | None]:
    """Yield the lines of a file (unpacked if it is called `.gz`), None for one that is too long.

    Raise `UsageError` for what cannot be read, and for more than `max_bytes`.
    """
    try:
        with _opened(path, patience) as file:
            if path.suffix != ".gz":
                yield from _lines(file, path, max_bytes)
                return
            with gzip.open(file) as unpacked:
                yield from _lines(unpacked, path, max_bytes)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise UsageError(f"{path} is not a whole gzip file") from None
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None


def _lines(file: BinaryIO | gzip.GzipFile, path: Path, max_bytes: int) -> Iterator[str | None]:
    left = max_bytes
    is_begun, encoding = False, "utf-8-sig"
    while piece := file.readline(MAX_LINE):
        left -= len(piece)
        if left < 0:
            raise UsageError(
                f"{path} is longer than {max_bytes // 10**6:,} MB, the most that is read"
            )
        is_whole = piece.endswith(b"\n") or len(piece) < MAX_LINE
        if is_whole and not is_begun:
            yield piece.decode(encoding, "replace")
        elif is_whole:
            yield None
        is_begun, encoding = not is_whole, "utf-8"
    if is_begun:
        yield None


def _opened(path: Path, patience: timedelta) -> BinaryIO:
    return _pipe(path, patience) if path.is_fifo() else path.open("rb")


def _pipe(path: Path, patience: timedelta) -> BinaryIO:
    """Open a pipe whose writer has begun; merely opening one without a writer takes for ever."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    if not poll.poll(patience.total_seconds() * 1000):
        os.close(handle)
        seconds = f"{patience.total_seconds():g}"
        raise UsageError(f"{path} is a pipe, and nobody wrote anything into it for {seconds} s")
    os.set_blocking(handle, True)
    return os.fdopen(handle, "rb")
