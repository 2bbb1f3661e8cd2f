"""What Hugging Face says of papers, as `Paper`: pure, and light for a worker to start with."""

import json
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict

from core.fetch import Skipped
from core.fetch.fields import ABSTRACT, TITLE, Maybe, iso_day, line, names, plausible, web_link
from core.models.errors import SourceError
from core.models.paper_id import parse_arxiv_id
from core.models.values import Paper

HUGGINGFACE = "huggingface"


@dataclass(frozen=True)
class DayList:
    """A page of a day's list, or the day's."""

    papers: tuple[Paper, ...]
    skipped: tuple[Skipped, ...]


class _Organization(BaseModel):
    name: Maybe[str] = None
    fullname: Maybe[str] = None


class _Author(BaseModel):
    name: Maybe[str] = None


class _Fields(BaseModel):
    """What an item, or the `paper` inside it, may carry; what is wrong counts as absent."""

    model_config = ConfigDict(extra="ignore")

    id: Maybe[str] = None
    title: Maybe[str] = None
    summary: Maybe[str] = None
    authors: Maybe[list[Maybe[_Author | str]]] = None
    publishedAt: Maybe[str] = None
    upvotes: Maybe[int] = None
    numComments: Maybe[int] = None
    githubRepo: Maybe[str] = None
    githubStars: Maybe[int] = None
    projectPage: Maybe[str] = None
    organization: Maybe[_Organization | str] = None
    ai_keywords: Maybe[list[Maybe[str]]] = None


class _Item(_Fields):
    paper: Maybe[_Fields] = None

    def merged(self) -> _Fields:
        """One set of fields; where both levels have one, the inner counts."""
        inner = self.paper.model_dump(exclude_none=True) if self.paper else {}
        return _Fields.model_validate({**self.model_dump(exclude={"paper"}), **inner})


def parse_list(body: bytes, day: date, first: int) -> DayList:
    """Read a page of a day's list, whose items count from `first`. Raise `SourceError`."""
    items = _json(body)
    if not isinstance(items, list):
        raise SourceError(HUGGINGFACE, f"the list of {day} is not a list")
    read = [_parse_item(item, day, f"#{at}") for at, item in enumerate(items, start=first)]
    papers = tuple(item for item in read if isinstance(item, Paper))
    return DayList(papers, tuple(item for item in read if isinstance(item, Skipped)))


def parse_paper(body: bytes) -> Paper | Skipped:
    """Read what is known of a single paper. Raise `SourceError`."""
    return _parse_item(_json(body), None)


def _parse_item(item: object, day: date | None, name: str = "#1") -> Paper | Skipped:
    if not isinstance(item, dict):
        return Skipped(name, "not an object")
    fields = _Item.model_validate(item).merged()
    ref = parse_arxiv_id(fields.id or "")
    if ref is None:
        return Skipped(line(fields.id, 80) or name, "no arXiv id")
    title = line(fields.title, TITLE)
    if not title:
        return Skipped(ref.id, "no title")
    return Paper(
        id=ref.id,
        title=title,
        abstract=line(fields.summary, ABSTRACT),
        authors=names([_author(a) for a in fields.authors or () if a is not None]),
        published=plausible(iso_day(fields.publishedAt), day),
        listed=day,
        sources=(HUGGINGFACE,),
        upvotes=_count(fields.upvotes),
        comments=_count(fields.numComments),
        code_url=web_link(fields.githubRepo),
        stars=_count(fields.githubStars),
        project_url=web_link(fields.projectPage),
        organization=_organization(fields.organization),
        keywords=names([k for k in fields.ai_keywords or () if k is not None]),
    )


def _author(author: _Author | str) -> str:
    return author if isinstance(author, str) else author.name or ""


def _organization(value: _Organization | str | None) -> str | None:
    if isinstance(value, _Organization):
        value = value.fullname or value.name
    return line(value, 200) or None


def _count(value: int | None) -> int | None:
    """A count fit for a database; nonsense is None."""
    return value if value is not None and 0 <= value < 10**9 else None


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SourceError(HUGGINGFACE, "the answer is not JSON") from error
