"""`paperboy rank`: score any file of papers with the local ranker.

Prints `id<TAB>score` for every paper, best first. Broken lines are counted, never fatal.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from bot.cli.input_lines import read_lines
from core.models.errors import UsageError
from core.models.values import Paper
from core.score.calibrate import fine_score
from core.score.local import load_ranker
from core.text.words import parse_focus

MAX_PAPERS: Final = 10**9
"""Bytes of papers: some 700,000 of them."""
MAX_IDS: Final = 10**7
HOPELESS: Final = 10_000
"""Lines without a paper after which there will be none."""


def run(path: Path, *, focus: str, likes: Path | None, dislikes: Path | None) -> None:
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
    for line in read_lines(path, max_bytes=MAX_PAPERS):
        if line is not None and not line.strip():
            continue
        paper = None if line is None else _paper(line)
        if paper is not None:
            papers.setdefault(paper.id, paper)
            continue
        broken += 1
        if broken == HOPELESS and not papers:
            break
    if not papers and broken:
        raise UsageError(f"{path} holds no paper; it should hold one JSON object a line with an id")
    return papers, broken


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
    lines = read_lines(path, max_bytes=MAX_IDS)
    ids = dict.fromkeys((line or "").strip() for line in lines if line is None or line.strip())
    unknown = sum(paper_id not in papers for paper_id in ids)
    if unknown:
        sys.stderr.write(f"paperboy: {option}: {unknown} of {len(ids)} ids are not in the list\n")
    return tuple(papers[paper_id] for paper_id in ids if paper_id in papers)
