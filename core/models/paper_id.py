"""One paper, one identity: a scheme and a key, and how each scheme is written, found and linked.

Pure. Nothing else looks at the letters of an id: what depends on its scheme asks `PaperId.parse`,
and what a scheme is like is said by its `Scheme`. arXiv's is the one all services share, so it is
written without its name (`2602.20981`); any other is written `scheme:key`.

An arXiv id has two shapes: `YYMM.NNNN(N)` since April 2007 (four digits until 2014, five
from 2015) and `archive/YYMMNNN` before, where the subject class (`cs.CV/...`) is decoration that
is dropped. A number that merely looks like an id (month 13, five digits in 2013) is none.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Self
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
# Other publishers' DOIs hold numbers that look like ids.
_FOREIGN_DOI = re.compile(r"\b10\.(?!48550/)[0-9]{4,9}/\S+", re.ASCII)


@dataclass(frozen=True)
class PaperId:
    scheme: str
    """Its `Scheme`, by name."""
    key: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return what an id as `models.Paper.id` has it consists of."""
        name, colon, key = text.partition(":")
        return cls(name, key) if colon else cls(ARXIV.name, text)

    def __str__(self) -> str:
        return self.key if self.scheme == ARXIV.name else f"{self.scheme}:{self.key}"

    @property
    def is_arxiv(self) -> bool:
        """Whether arXiv, and who goes by its ids, may know the paper."""
        return self.scheme == ARXIV.name


@dataclass(frozen=True)
class PaperRef:
    """A paper's versionless id as `models.Paper.id` has it, and the version if one was named."""

    id: str
    version: int | None = None

    @property
    def is_arxiv(self) -> bool:
        """Whether it is an arXiv id, so that arXiv and Hugging Face may know it."""
        return PaperId.parse(self.id).is_arxiv


@dataclass(frozen=True)
class Scheme:
    """A kind of ids.

    A button has room for 53 characters of an id, and they are letters, digits and `_./:-`.
    """

    name: str
    """What stands before the colon: small letters, and no archive of arXiv's."""
    label: str
    """What people call the place."""
    page: str
    """The address of a paper's page, with its `{key}`."""
    found: Callable[[str], Iterable[PaperRef]]
    """What a text that somebody wrote names: ids, links to pages and files, DOIs."""
    pdf: str = ""
    """The address of its PDF; empty: its page leads there."""
    html: str = ""
    start: str = ""
    """Its `short`, where that is not the name."""

    @property
    def short(self) -> str:
        """What stands before the key in a deep link."""
        return self.start or self.name

    def page_of(self, key: str) -> str:
        """Return where a reader should land."""
        return self.page.format(key=key)

    def pdf_of(self, key: str) -> str:
        """Return where a paper's PDF is, or the page that leads there."""
        return (self.pdf or self.page).format(key=key)


def written(name: str, *, key: str, link: str) -> Callable[[str], list[PaperRef]]:
    """Return what finds `name:key`, and links: `link` matches one up to its key."""
    shape = rf"(?:{link}|(?<![A-Za-z0-9]){name}:)(?P<key>{key})"
    ids = re.compile(shape, re.IGNORECASE | re.ASCII)
    return lambda text: [PaperRef(str(PaperId(name, match["key"]))) for match in ids.finditer(text)]


def parse_reference(text: str, schemes: Sequence[Scheme] = ()) -> PaperRef | None:
    """Return the one paper that `text` names, or None when it names none or several.

    Understands what `schemes` do (the common ones, unless others are given), alone or inside a
    longer text; full-width characters count as their plain forms. One paper named twice is still
    one; its version is kept if the text gives only one.
    """
    plain = _FOREIGN_DOI.sub(" ", unquote(unicodedata.normalize("NFKC", text)))
    found = [ref for scheme in schemes or COMMON for ref in scheme.found(plain)]
    if len({ref.id for ref in found}) != 1:
        return None
    versions = {ref.version for ref in found if ref.version is not None}
    return PaperRef(found[0].id, versions.pop() if len(versions) == 1 else None)


def parse_id(text: str, schemes: Sequence[Scheme] = ()) -> PaperRef | None:
    """Return the reference when `text` is an id (of `schemes`, likewise) and nothing else."""
    if PaperId.parse(text).is_arxiv:
        return parse_arxiv_id(text)
    found = [ref for scheme in schemes or COMMON for ref in scheme.found(text)]
    return found[0] if [ref.id for ref in found] == [text] else None


def parse_arxiv_id(text: str) -> PaperRef | None:
    """Return the reference when `text` is an arXiv id and nothing else; for services' fields."""
    for shape in _BARE:
        if match := shape.fullmatch(text.strip()):
            return _arxiv_ref(match)
    return None


def _arxiv_refs(text: str) -> list[PaperRef]:
    refs = (_arxiv_ref(match) for shape in _ARXIV for match in shape.finditer(text))
    return [ref for ref in refs if ref is not None]


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


ARXIV = Scheme(
    "arxiv",
    label="arXiv",
    page="https://arxiv.org/abs/{key}",
    pdf="https://arxiv.org/pdf/{key}",
    html="https://arxiv.org/html/{key}",
    found=_arxiv_refs,
)
OPENREVIEW = Scheme(
    "openreview",
    label="OpenReview",
    page="https://openreview.net/forum?id={key}",
    found=written(
        "openreview",
        key=r"[A-Za-z0-9_-]{4,40}",
        link=r"openreview\.net/[a-z]{3,12}\?(?:[^\s#]{0,300}?&)?id=",
    ),
    start="or",
)
KNOWN_TO_ALL = "1706.03762"
"""A paper that arXiv has, every mirror of it, and whoever goes by its ids."""
COMMON = (ARXIV, OPENREVIEW)
"""What several services name papers by; any other scheme is its source's own."""


def page_of(paper_id: str) -> str:
    """Return the page of an id of a common scheme; "" for any other."""
    named = PaperId.parse(paper_id)
    pages = (scheme.page_of(named.key) for scheme in COMMON if scheme.name == named.scheme)
    return next(pages, "")
