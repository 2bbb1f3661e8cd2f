"""Editions to render: made-up papers, so that a golden file shows layout and nothing else."""

from datetime import UTC, date, datetime

from core.models.values import (
    Analysis,
    AnalysisKind,
    Delay,
    Digest,
    Edition,
    Focus,
    Language,
    Note,
    NoteKind,
    Paper,
    Point,
    ScoredPaper,
    ScoreKind,
    SourceCount,
    TextSource,
)

NOW = datetime(2026, 3, 1, 0, 30, tzinfo=UTC)


def paper(number: int = 1, **changes: object) -> Paper:
    values: dict[str, object] = {
        "id": f"2602.{23338 + number}",
        "version": 1,
        "title": f"RestoreFlow {number}: Image Restoration by Rectified Flow",
        "abstract": "We restore images.",
        "sources": ("huggingface", "arxiv"),
        "code_url": "https://github.com/example/restoreflow",
        "stars": 12,
        "comment": "Accepted by CVPR 2026",
    }
    return Paper.model_validate(values | changes)


def scored(
    item: Paper,
    score: int = 68,
    kind: ScoreKind = ScoreKind.LLM,
    top_share: float | None = None,
) -> ScoredPaper:
    model = "gemini-flash-latest" if kind is ScoreKind.LLM else None
    return ScoredPaper(
        paper=item,
        score=score,
        kind=kind,
        reason="用 rectified flow 做图像修复",
        model=model,
        top_share=top_share,
    )


def reading(paper_id: str, kind: AnalysisKind = AnalysisKind.LLM) -> Analysis:
    is_llm = kind is AnalysisKind.LLM
    return Analysis(
        paper_id=paper_id,
        version=1,
        kind=kind,
        language="zh" if is_llm else "en",
        text_source=TextSource.ARXIV_HTML if is_llm else TextSource.ABSTRACT,
        contribution=(Point(text="提出一种流", where="§1"),)
        if is_llm
        else (Point(text="We propose a flow.", where="Abstract"),),
        methodology=(Point(text="四步采样 $N=4$", where="§2.2"), Point(text="单阶段训练")),
        takeaway=(Point(text="可试用于你的 super-resolution"),),
        limitations=(Point(text="只有合成数据", where="§4"),) if is_llm else (),
        model="gemini-flash-latest" if is_llm else "extract/1",
        created_at=NOW,
    )


def edition(language: Language = "zh", **changes: object) -> Edition:
    first, second, third = paper(1), paper(2, sources=("arxiv",), code_url=None), paper(3)
    values: dict[str, object] = {
        "day": date(2026, 3, 1),
        "audience": "main",
        "language": language,
        "focus": Focus(interests=("image restoration",)),
        "threshold": 60,
        "scanned": (
            SourceCount(source="huggingface", papers=15, label="Top 15"),
            SourceCount(source="arxiv", papers=120, label="cs.CV"),
        ),
        "candidates": 130,
        "picks": (scored(first, 91), scored(second, 68)),
        "others": (scored(third, 55, ScoreKind.LOCAL),),
        "notes": (Note(kind=NoteKind.SOURCE_OFF, source="openreview"),),
        "created_at": NOW,
    }
    digest = Digest.model_validate(values | changes)
    analyses = {
        first.id: reading(first.id),
        second.id: reading(second.id, AnalysisKind.EXTRACTIVE),
    }
    picked = {scored_.paper.id for scored_ in digest.picks}
    return Edition(
        digest=digest,
        analyses={key: value for key, value in analyses.items() if key in picked},
        waiting={second.id: Delay.QUOTA} if second.id in picked else {},
    )
