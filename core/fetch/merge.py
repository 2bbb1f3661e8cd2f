"""Papers from several sources and days become one paper per identity.

Pure, and independent of the order in which sources answered: members of a group are put into a
canonical order first, so "the first that has a code link" is always the same one. A paper without
an arXiv id is joined to its arXiv twin by title *and* author only. Equal titles alone are common
("Introduction to ..."), and a wrong join hides a paper for good, while a missed one merely shows
it twice.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from core.fetch import Listing, sources
from core.models.paper_id import PaperId
from core.models.values import Paper

T = TypeVar("T")

_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})


def merge(papers: Iterable[Paper]) -> list[Paper]:
    """Return one paper per versionless id, in order of first appearance, attributes merged."""
    groups: dict[str, list[Paper]] = {}
    for paper in papers:
        groups.setdefault(paper.id, []).append(_with_page(paper))
    merged = {paper_id: _merged(group) for paper_id, group in groups.items()}
    twins = _twins(merged)
    joined: dict[str, list[Paper]] = {}
    for paper_id, paper in merged.items():
        joined.setdefault(twins.get(paper_id, paper_id), []).append(paper)
    return [group[0] if len(group) == 1 else _merged(group) for group in joined.values()]


def _twins(papers: dict[str, Paper]) -> dict[str, str]:
    """Map other ids to the arXiv id of the same paper, where there is exactly one."""
    others = [paper for paper in papers.values() if not paper.is_arxiv]
    if not others:
        return {}
    by_title: dict[str, list[Paper]] = {}
    for paper in papers.values():
        if paper.is_arxiv and (title := _plain(paper.title)):
            by_title.setdefault(title, []).append(paper)
    twins = {}
    for paper in others:
        surnames = _surnames(paper)
        same = [p for p in by_title.get(_plain(paper.title), ()) if surnames & _surnames(p)]
        if len(same) == 1:
            twins[paper.id] = same[0].id
    return twins


def _merged(group: Sequence[Paper]) -> Paper:
    members = sorted(group, key=_rank) if len(group) > 1 else group
    # A version takes its abstract and comment along: a later one may be a notice of withdrawal.
    newest = _largest(m.version for m in members)
    current = [m for m in members if m.version == newest]
    same = [m for m in members if m.id == members[0].id]
    return Paper(
        id=members[0].id,
        title=members[0].title,
        version=_largest(m.version for m in members),
        abstract=max((m.abstract for m in current), key=len) or _first(members, _abstract) or "",
        authors=_first(members, lambda m: m.authors) or (),
        published=_earliest(m.published for m in members),
        listed=_earliest(m.listed for m in members),
        sources=_stable_sources(members),
        categories=_union(m.categories for m in members),
        keywords=_union(m.keywords for m in members),
        upvotes=_largest(m.upvotes for m in members),
        comments=_largest(m.comments for m in members),
        stars=_largest(m.stars for m in members),
        code_url=_first(members, lambda m: m.code_url),
        project_url=_first(members, lambda m: m.project_url),
        organization=_first(members, lambda m: m.organization),
        comment=_first(current, lambda m: m.comment),
        licence=_first(members, lambda m: m.licence),
        venue=_first(members, lambda m: m.venue),
        page=_first(same, lambda m: m.page),
    )


def _abstract(paper: Paper) -> str:
    return paper.abstract


def _rank(paper: Paper) -> tuple[bool, bool, int, str]:
    """Canonical order: arXiv's ids, the data of who gives the ids, the newest version first.

    The rest only breaks ties.
    """
    is_other = sources.owner_of(paper.id) not in paper.sources
    return not paper.is_arxiv, is_other, -(paper.version or 0), paper.model_dump_json()


def _with_page(paper: Paper) -> Paper:
    """Give a paper its page, as long as we have the source that knows where it is."""
    scheme = None if paper.url else sources.scheme_of(paper.id)
    page = scheme and scheme.page_of(PaperId.parse(paper.id).key)
    return paper.model_copy(update={"page": page}) if page else paper


def _first(members: Sequence[Paper], attribute: Callable[[Paper], T | None]) -> T | None:
    return next((value for member in members if (value := attribute(member))), None)


def _largest(values: Iterable[int | None]) -> int | None:
    return max((value for value in values if value is not None), default=None)


def _earliest(values: Iterable[date | None]) -> date | None:
    return min((value for value in values if value is not None), default=None)


def _union(values: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for group in values for item in group))


def _stable_sources(members: Sequence[Paper]) -> tuple[str, ...]:
    names = {name for member in members for name in member.sources}
    known = [name for name in sources.names() if name in names]
    return (*known, *sorted(names.difference(known)))


def _plain(text: str) -> str:
    """Letters and digits only, without accents and case: "$\\alpha$-NeRF" is "alpha nerf"."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    if not decomposed.isascii():
        decomposed = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", decomposed))


def _surnames(paper: Paper) -> frozenset[str]:
    return frozenset(name for author in paper.authors if (name := _surname(author)))


def _surname(author: str) -> str:
    """The last word, or what stands before the comma in "Surname, Given"."""
    family, comma, _ = author.partition(",")
    words = _plain(family if comma else author).split()
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words.pop()
    return words[-1] if words else ""


def without_repeats(listing: Listing, source: str, known: Mapping[str, Paper]) -> Listing:
    """Return `listing` without the days that mostly repeat earlier ones; `known`: by id.

    Yesterday's list under today's date is not read but young: asked for again later. What a
    paper's other sources said of it does not count: that arXiv announced it yesterday is no reason
    why Hugging Face should not list it today.
    """
    repeats = {day for day in listing.read if _is_repeat(day, listing.papers, source, known)}
    if not repeats:
        return listing
    young = (*listing.young, *sorted(repeats))
    return replace(
        listing,
        papers=tuple(paper for paper in listing.papers if paper.listed not in repeats),
        read=tuple(day for day in listing.read if day not in repeats),
        young=young,
        next_list=min(young),
    )


def _is_repeat(day: date, papers: Sequence[Paper], source: str, known: Mapping[str, Paper]) -> bool:
    earlier = {paper.id for paper in papers if paper.listed and paper.listed < day}
    ids = {paper.id for paper in papers if paper.listed == day}
    old = {id_ for id_ in ids if id_ in earlier or _is_older(known.get(id_), day, source)}
    shared = {id_ for id_ in ids - old if (paper := known.get(id_)) and len(paper.sources) > 1}
    return len(old) > len(ids - old - shared)


def _is_older(paper: Paper | None, day: date, source: str) -> bool:
    """Whether this source, and no other, is known to have announced a paper before `day`."""
    return paper is not None and bool(
        paper.sources == (source,) and paper.listed and paper.listed < day
    )
