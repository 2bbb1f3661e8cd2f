"""One paper, one identity: every way people write a paper's address becomes a `PaperRef`.

Pure. An arXiv id has two shapes: `YYMM.NNNN(N)` since April 2007 (four digits until 2014, five
from 2015) and `archive/YYMMNNN` before, where the subject class (`cs.CV/...`) is decoration that
is dropped. A number that merely looks like an id (month 13, five digits in 2013) is none.
"""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote

_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|"
    "cond-mat|cs|dg-ga|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math-ph|math|mtrl-th|nlin|"
    "nucl-ex|nucl-th|patt-sol|physics|plasm-ph|q-alg|q-bio|quant-ph|solv-int|supr-con"
)
_VERSION = r"(?:v(?P<version>[1-9][0-9]{0,2}))?"
_MONTH = r"(?:0[1-9]|1[0-2])"
_NEW = rf"(?P<new>(?P<year>[0-8][0-9])(?P<month>{_MONTH})\.(?P<number>[0-9]{{4,5}})){_VERSION}"
_OLD = (
    rf"(?<![_-])(?P<archive>{_ARCHIVES})(?:\.[A-Za-z]{{2}})?/"
    rf"(?P<serial>(?P<year>9[1-9]|0[0-7])(?P<month>{_MONTH})[0-9]{{3}}){_VERSION}"
)
# ASCII on purpose: Chinese characters touch an id without a space ("论文2602.20981不错").
_BEFORE = r"(?:(?<=arxiv\.)|(?<![A-Za-z0-9.]))"
_AFTER = r"(?![A-Za-z0-9_]|\.[0-9])"
_ARXIV = tuple(
    re.compile(f"{_BEFORE}{shape}{_AFTER}", re.IGNORECASE | re.ASCII) for shape in (_NEW, _OLD)
)
_BARE = tuple(re.compile(shape, re.IGNORECASE | re.ASCII) for shape in (_NEW, _OLD))
_OPENREVIEW = re.compile(
    r"openreview\.net/[a-z]{3,12}\?(?:[^\s#]{0,300}?&)?id=(?P<link>[A-Za-z0-9_-]{4,40})"
    r"|(?<![A-Za-z0-9])openreview:(?P<bare>[A-Za-z0-9_-]{4,40})",
    re.IGNORECASE | re.ASCII,
)
# Other publishers' DOIs hold numbers that look like ids.
_FOREIGN_DOI = re.compile(r"\b10\.(?!48550/)[0-9]{4,9}/\S+", re.ASCII)


@dataclass(frozen=True)
class PaperRef:
    """A paper's versionless id as `models.Paper.id` has it, and the version if one was named."""

    id: str
    version: int | None = None

    @property
    def is_arxiv(self) -> bool:
        """Whether it is an arXiv id, so that arXiv and Hugging Face may know it."""
        return not self.id.startswith("openreview:")


def parse_reference(text: str) -> PaperRef | None:
    """Return the one paper that `text` names, or None when it names none or several.

    Understands ids, links and DOIs of arXiv and its mirrors, Hugging Face paper pages and
    OpenReview links, alone or inside a longer text; full-width characters count as their plain
    forms. One paper named twice is still one; its version is kept if the text gives only one.
    """
    plain = _FOREIGN_DOI.sub(" ", unquote(unicodedata.normalize("NFKC", text)))
    found = [*_arxiv_refs(plain), *_openreview_refs(plain)]
    if len({ref.id for ref in found}) != 1:
        return None
    versions = {ref.version for ref in found if ref.version is not None}
    return PaperRef(found[0].id, versions.pop() if len(versions) == 1 else None)


def parse_arxiv_id(text: str) -> PaperRef | None:
    """Return the reference when `text` is an arXiv id and nothing else; for services' fields."""
    for shape in _BARE:
        if match := shape.fullmatch(text.strip()):
            return _arxiv_ref(match)
    return None


def _arxiv_refs(text: str) -> list[PaperRef]:
    refs = (_arxiv_ref(match) for shape in _ARXIV for match in shape.finditer(text))
    return [ref for ref in refs if ref is not None]


def _openreview_refs(text: str) -> list[PaperRef]:
    return [
        PaperRef(f"openreview:{match['link'] or match['bare']}")
        for match in _OPENREVIEW.finditer(text)
    ]


def _arxiv_ref(match: re.Match[str]) -> PaperRef | None:
    parts = match.groupdict()
    version = int(parts["version"]) if parts["version"] else None
    if parts.get("new"):
        return PaperRef(parts["new"], version) if _is_new(parts) else None
    if not _is_old(parts):
        return None
    return PaperRef(f"{parts['archive'].lower()}/{parts['serial']}", version)


def _is_new(parts: dict[str, str]) -> bool:
    """Whether digits and date agree: from 0704, four digits to 1412, five from 1501."""
    started = parts["year"] + parts["month"] >= "0704"
    digits = 4 if parts["year"] < "15" else 5
    return started and len(parts["number"]) == digits and int(parts["number"]) > 0


def _is_old(parts: dict[str, str]) -> bool:
    """Whether the date lies before April 2007 (1991 is the earliest) and the number is not 0."""
    month = parts["year"] + parts["month"]
    return (month >= "9107" or month <= "0703") and not parts["serial"].endswith("000")
