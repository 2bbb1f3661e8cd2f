"""The sources there are: each a file, and a line in `SOURCES`; and what is asked about them all.

Their order is the order in which a paper names them. What a source lets operators set stands in
`.env.example` too, and its module in the package's map; tests tell what was forgotten.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from core.fetch import arxiv, huggingface, openreview
from core.fetch.spec import SourceSpec
from core.models.paper_id import ARXIV, COMMON, PaperId, PaperRef, Scheme, parse_id, parse_reference
from core.models.values import Paper, TextSource

SOURCES: tuple[SourceSpec, ...] = (huggingface.SPEC, arxiv.SPEC, openreview.SPEC)


def names() -> tuple[str, ...]:
    return tuple(spec.name for spec in SOURCES)


def label_of(name: str) -> str:
    """Return what readers call a source; its name where it is gone."""
    return next((spec.label for spec in SOURCES if spec.name == name), name)


def badge_of(name: str) -> str:
    """Return a source's badge; its name where it is gone."""
    return next((spec.badge for spec in SOURCES if spec.name == name), name)


def titles(names: Collection[str]) -> tuple[str, ...]:
    return tuple(spec.title for spec in SOURCES if spec.name in names)


def schemes() -> Iterator[Scheme]:
    """Yield every kind of ids: the common ones, then the sources' own."""
    yield from COMMON
    own = (spec.scheme for spec in SOURCES)
    yield from (scheme for scheme in own if scheme is not None and scheme not in COMMON)


def scheme_of(paper_id: str) -> Scheme | None:
    """Return the kind of an id; None where its source is gone."""
    name = PaperId.parse(paper_id).scheme
    return next((scheme for scheme in schemes() if scheme.name == name), None)


def place_of(paper_id: str) -> str:
    """Return what people call the place of a paper's page."""
    scheme = scheme_of(paper_id)
    return scheme.label if scheme else PaperId.parse(paper_id).scheme


def pdf_of(paper: Paper) -> str:
    """Return where a paper's PDF is, or else the page that leads there."""
    scheme = scheme_of(paper.id)
    return scheme.pdf_of(PaperId.parse(paper.id).key) if scheme else paper.url


def owner_of(paper_id: str) -> str | None:
    scheme = scheme_of(paper_id)
    return next((spec.name for spec in SOURCES if scheme and spec.scheme == scheme), None)


@dataclass(frozen=True)
class TextAddress:
    """Where one paper's full text may be had."""

    source: TextSource
    url: str
    is_gated: bool
    is_versioned: bool
    """Whether the version asked for is the one that comes."""


def texts_of(paper: Paper, endpoints: Mapping[str, str]) -> list[TextAddress]:
    """Return where a paper's full text may be had, in the order of `TextSource`."""
    named = PaperId.parse(paper.id)
    version = f"v{paper.version}" if paper.version else ""
    found = [
        TextAddress(
            place.source,
            endpoints[spec.name].rstrip("/")
            + place.path.format(key=quote(named.key, safe="/"), version=version),
            place.is_gated,
            "{version}" in place.path,
        )
        for spec in SOURCES
        for place in spec.texts
        if (spec.scheme or ARXIV).name == named.scheme
    ]
    return sorted(found, key=lambda address: list(TextSource).index(address.source))


def paper_named(text: str) -> PaperRef | None:
    """Return the one paper that words, ids and links of any source name."""
    return parse_reference(text, tuple(schemes()))


def paper_of(paper_id: str) -> PaperRef | None:
    """Return the reference when a text is an id and nothing else."""
    return parse_id(paper_id, tuple(schemes()))
