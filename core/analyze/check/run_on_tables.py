"""Tables that a PDF's text has lost: rows that run on as one paragraph.

Where the head ends and the first row begins is not printed. The first row's name is taken to be as
long as the others'.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

_TOKEN = re.compile(r"\S+")
_GLUED_VALUE = re.compile(r"[-+±]?\d[\d.,]*[%×x†‡*]*|[-–—]")
_VALUES = re.compile(r"(?<!\S)[-+±]?(?:\d|[–—-](?!\S))")
_LEAST_ROWS = 3
_Run = tuple[list[re.Match[str]], list[re.Match[str]]]
"""Words, and the values behind them."""


@dataclass(frozen=True)
class GluedRow:
    """A row found in running text."""

    cells: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Glued:
    """A table whose rows run on as one paragraph, as a PDF's text has them."""

    head: tuple[str, ...]
    """Head cells by column, the first of the row names; empty ones where they cannot be told."""
    head_text: str
    rows: tuple[GluedRow, ...]


@lru_cache(maxsize=1024)  # a paper's paragraphs: asked for three times while it is cut
def glued_rows(text: str) -> Glued | None:
    """Find "Method PSNR SSIM SwinIR 30.8 0.87 EDSR 30.1 0.86 ..." in a paragraph.

    Rows are words followed by equally many values, three times or more in a row.
    """
    if len(_VALUES.findall(text)) < 2 * _LEAST_ROWS:
        return None  # most paragraphs, told at once
    runs = _runs(text)
    alike = (list(group) for count, group in groupby(runs, lambda run: len(run[1])) if count >= 2)
    best = max(alike, key=len, default=[])
    if len(best) < _LEAST_ROWS:
        return None
    head_words, stub = _first_row(best)
    columns = len(best[0][1])
    rows = [
        GluedRow(
            (" ".join(word[0] for word in words), *(value[0] for value in values)),
            words[0].start(),
            values[-1].end(),
        )
        for words, values in [(stub, best[0][1]), *best[1:]]
    ]
    return Glued(_split_head(head_words, columns), " ".join(head_words), tuple(rows))


def _runs(text: str) -> list[_Run]:
    """Return words and the values behind them, again and again."""
    runs: list[_Run] = []
    words: list[re.Match[str]] = []
    values: list[re.Match[str]] = []
    for token in _TOKEN.finditer(text):
        if _GLUED_VALUE.fullmatch(token[0]):
            values.append(token)
        elif values:
            if words:
                runs.append((words, values))
            words, values = [token], []
        else:
            words.append(token)
    if words and values:
        runs.append((words, values))
    return runs


def _first_row(
    best: list[_Run],
) -> tuple[list[str], list[re.Match[str]]]:
    """Tell the head's words from the first row's name: a row's name is as long as the others'."""
    words = best[0][0]
    lengths = sorted(len(run[0]) for run in best[1:])
    size = min(len(words), lengths[len(lengths) // 2])
    return [word[0] for word in words[: len(words) - size]][-40:], words[len(words) - size :]


def _split_head(words: list[str], columns: int) -> tuple[str, ...]:
    """Give each column equally many of the head's words, if they come out even.

    A caption that ran into the head ends with a full stop.
    """
    stop = max((i for i, word in enumerate(words) if word.endswith((".", ":"))), default=-1)
    for shown in (words[stop + 1 :], words):
        each, rest = divmod(len(shown) - 1, columns)
        if len(shown) > 1 and not rest and each <= 3:
            cells = (" ".join(shown[1 + i * each : 1 + (i + 1) * each]) for i in range(columns))
            return (shown[0], *cells)
    return ("",) * (columns + 1)
