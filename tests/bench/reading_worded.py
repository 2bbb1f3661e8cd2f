"""Statements worded by hand about abstracts of real papers: `tests/data/reading/worded.toml`."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from core.models.values import Document, Section, TextSource
from tests.bench.reading_claims import Claim

WORDED = Path(__file__).parents[1] / "data" / "reading" / "worded.toml"
WRONG = frozenset({"missed", "marked"})
"""Flags of statements whose verdict is known to be wrong."""


def worded_claims() -> Iterator[tuple[str, Document, str, list[Claim]]]:
    """Yield abstracts with the statements about them; the kind of a claim is its flag, or ""."""
    for paper in tomllib.loads(WORDED.read_text(encoding="utf-8"))["paper"]:
        section = Section(id="Abstract", title="Abstract", level=1, text=paper["abstract"])
        document = Document(
            paper_id=paper["id"], version=None, source=TextSource.ABSTRACT, sections=(section,)
        )
        claims = [
            Claim(
                said["text"], said["quote"], section.id, "zh",
                kind="".join(WRONG & said.keys()), planted=said.get("planted", ""),
            )
            for said in paper["said"]
        ]  # fmt: skip
        yield f"set {paper['set']}", document, paper["title"], claims
