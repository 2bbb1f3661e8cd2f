"""The same digest for machines: `YYYY-MM-DD.json`, its field names part of the outer surface."""

import json
from collections.abc import Sequence
from typing import Any

from core.models.outcomes import outcome
from core.models.values import Analysis, Edition, Evidence, Point, Result, ScoredPaper
from core.report import words
from core.report.escape import link_target
from core.report.markdown import note_lines
from core.report.reading import points_of
from core.score.percentile import percentile


def render_json(edition: Edition) -> str:
    """Return the digest as JSON text: UTF-8 as it is, two spaces, keys in a fixed order."""
    return json.dumps(as_data(edition), ensure_ascii=False, indent=2) + "\n"


def as_data(edition: Edition) -> dict[str, Any]:
    """Return the digest as plain data."""
    digest = edition.digest
    return {
        "day": digest.day.isoformat(),
        "language": digest.language,
        "interests": list(digest.focus.interests),
        "threshold": digest.threshold,
        "scanned": digest.papers,
        "sources": [
            {"source": count.source, "papers": count.papers, "selection": count.label}
            for count in digest.scanned
        ],
        "picks": [_pick(edition, scored) for scored in digest.picks],
        "others": [_paper(edition, scored) for scored in digest.others],
        "notes": note_lines(edition),
    }


def _paper(edition: Edition, scored: ScoredPaper) -> dict[str, Any]:
    paper = scored.paper
    return {
        "id": paper.id,
        "version": paper.version,
        "title": paper.title,
        "headline": edition.headline(scored) or None,
        "score": scored.score,
        "score_kind": scored.kind.value,
        "score_model": scored.model,
        "percentile": percentile(scored.top_share),
        "reason": scored.reason,
        "sources": list(paper.sources),
        "url": paper.url,
        "code_url": link_target(paper.code_url or "") or None,
        "upvotes": paper.upvotes,
    }


def _pick(edition: Edition, scored: ScoredPaper) -> dict[str, Any]:
    analysis = edition.analyses.get(scored.paper.id)
    return {
        **_paper(edition, scored),
        "text_source": analysis.text_source.value if analysis else None,
        "text_is_part": analysis.is_part if analysis else None,
        "text_flaws": list(analysis.flaws) if analysis else None,
        "analysis_kind": analysis.kind.value if analysis else None,
        "analysis_model": analysis.model if analysis else None,
        "waiting": scored.paper.id in edition.waiting,
        "conclusion": analysis.conclusion.model_dump(mode="json")
        if analysis and analysis.conclusion
        else None,
        "sections": _sections(analysis) if analysis else None,
        "results": [_result(result) for result in analysis.results] if analysis else None,
        "facts": [fact.model_dump(mode="json") for fact in analysis.facts] if analysis else None,
        "checked": analysis.checked.model_dump() if analysis and analysis.checked else None,
        "second_look": analysis.second_look if analysis else None,
        "looked_by": analysis.looked_by if analysis else None,
    }


def _result(result: Result) -> dict[str, Any]:
    told = result.model_dump(mode="json", exclude={"evidence"})
    return {**told, "outcome": outcome(result), "evidence": _evidence(result.evidence)}


def _evidence(evidence: Sequence[Evidence]) -> list[dict[str, str | None]]:
    return [one.model_dump() for one in evidence]


def _sections(analysis: Analysis) -> dict[str, list[dict[str, Any]]]:
    return {
        field: [_point(point) for point in points_of(analysis, field)]
        for field, _ in words.SECTIONS
    }


def _point(point: Point) -> dict[str, Any]:
    return {
        "text": point.text,
        "where": point.where,
        "kind": point.kind.value,
        "support": point.support.value,
        "doubts": list(point.doubts),
        "doubts_elsewhere": None if point.elsewhere is None else list(point.elsewhere),
        "evidence": _evidence(point.evidence),
    }
