"""`paperboy rank`: score any file of papers with the local ranker.

Prints `id<TAB>score` for every paper, best first. Broken lines are counted, never fatal.
"""

import gzip
import json
import sys
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from core.errors import UsageError
from core.models import Paper
from core.score.calibrate import fine_score
from core.score.local import load_ranker
from core.score.text import parse_focus

MAX_LINE = 2_000_000


def run(path: Path, *, focus: str, likes: Path | None, dislikes: Path | None) -> None:
    """Run the command."""
    papers, broken = read_papers(path)
    liked = _chosen(papers, likes, "--likes")
    disliked = _chosen(papers, dislikes, "--dislikes")
    wanted = parse_focus(focus)
    if not wanted.interests and not liked:
        raise UsageError("--focus is empty; say in a few words what you are interested in")
    ranking = load_ranker()(tuple(papers.values()), wanted, likes=liked, dislikes=disliked)
    sys.stdout.writelines(
        f"{local.paper_id}\t{fine_score(local.rank_score):.9g}\n" for local in ranking
    )
    if broken:
        sys.stderr.write(f"paperboy: {broken} lines of {path} are not papers and were skipped\n")


def read_papers(path: Path) -> tuple[dict[str, Paper], int]:
    """Return the papers of a file by id (the first of each id), and how many lines were broken."""
    papers: dict[str, Paper] = {}
    broken = 0
    for line in _lines(path):
        if not line.strip():
            continue
        paper = _paper(line)
        if paper is None:
            broken += 1
        else:
            papers.setdefault(paper.id, paper)
    if not papers and broken:
        raise UsageError(f"{path} holds no paper; it should hold one JSON object a line with an id")
    return papers, broken


def _lines(path: Path) -> Iterator[str]:
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8-sig", errors="replace") as file:
            yield from iter(lambda: file.readline(MAX_LINE), "")
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise UsageError(f"{path} is not a whole gzip file") from None
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None


def _paper(line: str) -> Paper | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict) or not (paper_id := _text(record, "id")):
        return None
    if len(paper_id.split()) > 1:  # a tab or a line break would break the output's lines
        return None
    # A paper that has only an abstract is a paper, too.
    title = _text(record, "title") or _text(record, "abstract") or paper_id
    try:
        return Paper(id=paper_id, title=title[:500], abstract=_text(record, "abstract"))
    except ValidationError:
        return None


def _text(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name)
    return str(value).strip() if isinstance(value, str | int) else ""


def _chosen(papers: Mapping[str, Paper], path: Path | None, option: str) -> tuple[Paper, ...]:
    """Return the papers a file of ids names; ids that are not in the list are counted aloud."""
    if path is None:
        return ()
    ids = dict.fromkeys(line.strip() for line in _lines(path) if line.strip())
    unknown = sum(paper_id not in papers for paper_id in ids)
    if unknown:
        sys.stderr.write(f"paperboy: {option}: {unknown} of {len(ids)} ids are not in the list\n")
    return tuple(papers[paper_id] for paper_id in ids if paper_id in papers)
