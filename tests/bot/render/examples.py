"""Editions and readings to render: made-up papers with words as long as real ones."""

from datetime import UTC, date, datetime

from core.analyze.deep_dives import DeepDive
from core.models.values import (
    Advice,
    Analysis,
    AnalysisKind,
    Conclusion,
    Delay,
    Digest,
    Edition,
    Evidence,
    Focus,
    Language,
    Note,
    NoteKind,
    Paper,
    Point,
    Result,
    ScoredPaper,
    ScoreKind,
    SourceCount,
    TextSource,
)

NOW = datetime(2026, 3, 13, 0, 10, tzinfo=UTC)
DAY = date(2026, 3, 13)
REASONS: dict[int, dict[Language, str]] = {
    1: {
        "zh": "把修复扩散模型的采样压到 4 步且不掉感知质量，正对图像修复与加速采样两个方向。",
        "en": "Cuts restoration diffusion to four steps at equal quality: both of your topics.",
    },
    2: {
        "zh": "可变长度视频分词器，按内容分配 token，对长视频生成的成本很有参考价值。",
        "en": "A video tokenizer that spends tokens where content is; relevant to long videos.",
    },
    3: {
        "zh": "统一理解与生成的分词，但实验只到 256 分辨率。",
        "en": "One tokenizer for both tasks, shown at 256 px only.",
    },
}
TITLES = {
    1: "RestoreFlow: Four-Step Image Restoration with Rectified Flow Priors",
    2: "EVATok: Adaptive-Length Video Tokenization for Efficient Visual Generation",
    3: "UniTok-2: A Unified Tokenizer for Understanding and Generation, Revisited",
    4: "On the Limits of Perceptual Metrics for Blind Super-Resolution",
    5: "SplatDiff: Diffusion-Guided Gaussian Splatting from Sparse Views",
    6: "Rethinking Noise Schedules for Latent Video Diffusion",
}


def paper(number: int = 1, **changes: object) -> Paper:
    values: dict[str, object] = {
        "id": f"2603.{11040 + number}",
        "version": 1,
        "title": TITLES.get(number, f"Paper {number} on Diffusion Models"),
        "sources": ("huggingface", "arxiv") if number == 1 else ("arxiv",),
        "listed": DAY,
    }
    if number == 1:
        values |= {"code_url": "https://github.com/example/restoreflow", "stars": 1240}
    if number == 2:
        values |= {"listed": date(2026, 3, 11), "sources": ("huggingface",)}
    return Paper.model_validate(values | changes)


def scored(
    item: Paper,
    score: int = 68,
    kind: ScoreKind = ScoreKind.LLM,
    reason: str = REASONS[3]["zh"],
) -> ScoredPaper:
    model = "gemini-flash-latest" if kind is ScoreKind.LLM else None
    return ScoredPaper(paper=item, score=score, kind=kind, reason=reason, model=model)


def edition(language: Language = "zh", **changes: object) -> Edition:
    picks = (
        scored(paper(1), 93, reason=REASONS[1][language]),
        scored(paper(2), 78, reason=REASONS[2][language]),
    )
    values: dict[str, object] = {
        "day": DAY,
        "audience": "main" if language == "zh" else "main:en",
        "language": language,
        "focus": Focus(interests=("image restoration", "video generation")),
        "threshold": 60,
        "scanned": (
            SourceCount(source="huggingface", papers=15, label="Top 15"),
            SourceCount(source="arxiv", papers=141, label="cs.CV"),
        ),
        "candidates": 152,
        "picks": picks,
        "others": (
            scored(paper(3), 58, reason=REASONS[3][language]),
            scored(paper(4), 55),
            scored(paper(5), 52),
            scored(paper(6), 41, ScoreKind.LOCAL),
        ),
        "notes": (Note(kind=NoteKind.SOURCE_PARTIAL, source="arxiv", count=1),),
        "created_at": NOW,
    }
    digest = Digest.model_validate(values | changes)
    second = paper(2).id
    is_shown = any(item.paper.id == second for item in digest.picks)
    return Edition(digest=digest, waiting={second: Delay.QUOTA} if is_shown else {})


def analysis(**changes: object) -> Analysis:
    values: dict[str, object] = {
        "paper_id": paper(1).id,
        "version": 1,
        "kind": AnalysisKind.LLM,
        "language": "zh",
        "text_source": TextSource.ARXIV_HTML,
        "headline": Point(text="RestoreFlow 四步修复，LPIPS 0.287"),
        "contribution": (
            Point(
                text="提出 **RestoreFlow**：用 rectified flow 先验把修复的采样从 50 步压到 4 步。"
                "在 RealSR 上 LPIPS 由 0.312 降到 $0.287$，速度快 11 倍。",
                where="§4.2",
            ),
            Point(text="首次说明直线化轨迹对退化核失配更稳健。", where="§3.1"),
        ),
        "methodology": (
            Point(text="训练目标为 $\\| v_\\theta(x_t, t, y) - (x_1 - x_0) \\|^2$。", where="§3.2"),
            Point(
                text="各阶段的步数与耗时：\n\n| 阶段 | 步数 | 毫秒 |\n|---|---|---|\n"
                "| 粗修 | 1 | 38 |\n| 细化 | 3 | 97 |",
                where="§3.3",
            ),
        ),
        "takeaway": (
            Point(text="可以把 `num_steps=4` 的蒸馏直接接到你的超分流水线上试一次。", where="§5"),
        ),
        "limitations": (
            Point(text="只在 4 倍超分上验证；文本区域仍会出现笔画粘连。", where="§6"),
            Point(text="没有与同期的一步蒸馏方法比较。"),
        ),
        "results": (
            Result(
                benchmark="RealSR",
                metric="LPIPS",
                higher_is_better=False,
                ours="0.287",
                other="0.312",
                other_name="StableSR",
                evidence=(Evidence(quote="RestoreFlow | 0.287", where="§4", label="Table 2"),),
            ),
            Result(
                benchmark="DIV2K",
                metric="PSNR",
                higher_is_better=True,
                ours="24.1",
                other="24.6",
                other_name="SwinIR",
            ),
        ),
        "conclusion": Conclusion(advice=Advice.READ, why="四步采样可直接用"),
        "model": "gemini-flash-latest",
        "created_at": NOW,
    }
    return Analysis.model_validate(values | changes)


def reading(**changes: object) -> DeepDive:
    return DeepDive(analysis(**changes))


def quotes(delay: Delay | None = None) -> DeepDive:
    """Return quoted sentences, as there are without a model."""
    return DeepDive(
        analysis(
            kind=AnalysisKind.EXTRACTIVE,
            headline=None,
            results=(),
            conclusion=None,
            language="en",
            text_source=TextSource.ABSTRACT,
            contribution=(
                Point(text="We present RestoreFlow, a *four-step* restorer.", where="Abstract"),
            ),
            methodology=(Point(text="Trajectories are straightened by $N=4$ reflow rounds."),),
            takeaway=(),
            limitations=(),
            model="extract/1",
        ),
        delay,
    )
