"""What of a model's reading is kept, marked or left out."""

from typing import Any

import pytest

from core.analyze.model_reader import ModelReader
from core.analyze.schema import Reading, Row
from core.analyze.verify import Verifier
from core.models.errors import LLMUnverified
from core.models.values import (
    Advice,
    Document,
    FactKind,
    Paper,
    PointKind,
    Section,
    Support,
    TextSource,
)
from tests.core.analyze.test_model_reader import FOCUS, NOW, PROMPT
from tests.fakes import FakeLLM

TABLE = """Table 1: Comparison on DIV2K.

| Method | PSNR | SSIM |
| --- | --- | --- |
| SwinIR | 30.84 | 0.871 |
| EDSR | 30.10 | 0.860 |
| FlowIR (ours) | 31.24 | 0.889 |"""
PAPER = Paper(id="2603.00007", title="FlowIR: Restoring Images by Flow", abstract="We restore.")
DOCUMENT = Document(
    paper_id=PAPER.id,
    version=1,
    source=TextSource.ARXIV_HTML,
    sections=(
        Section(
            id="§3", title="Method", level=1,
            text="FlowIR starts from the degraded image instead of noise. We minimise"
            " $\\mathcal{L}(\\theta)=\\|v_\\theta(x_t,t)-(x_1-x_0)\\|^2$ over all times.",
        ),
        Section(
            id="§4", title="Experiments", level=1,
            text="We train on 8 A100 GPUs with a batch size of 32.\n\n" + TABLE,
        ),
        Section(
            id="§5", title="Limitations", level=1,
            text="Our method fails on images with heavy motion blur.",
        ),
    ),
)  # fmt: skip
IDEA = {"text": "FlowIR 从退化图像出发。",
        "quote": "FlowIR starts from the degraded image instead", "where": "§3"}  # fmt: skip
BATCH = {"text": "在 8 块 A100 GPU 上训练，批大小 32。",
         "quote": "8 A100 GPUs with a batch size of 32", "where": "§4"}  # fmt: skip
TRY = {"text": "可以在你的去噪任务里以含噪图像为起点。", "quote": "", "where": ""}
ASK = {"text": "没有和更大的模型比较吗？"}
FORGED = {"text": "用对抗损失端到端训练。",
          "quote": "It is trained end to end with an adversarial loss", "where": "§3"}  # fmt: skip


def answer(**fields: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "contribution": [IDEA],
        "methodology": [BATCH],
        "takeaway": [TRY],
        "questions": [ASK],
    }
    return base | fields


def verifier() -> Verifier:
    return Verifier(PAPER, DOCUMENT, DOCUMENT.sections)


def made(**fields: Any) -> Any:
    return verifier().verify(Reading.model_validate(answer(**fields)))


def test_a_claim_carries_the_papers_own_sentence_and_its_place() -> None:
    (point,) = made().points("contribution")
    assert point.support is Support.VERIFIED
    assert point.evidence[0].quote == "FlowIR starts from the degraded image instead of noise."
    assert point.evidence[0].mark == "§3"


def test_what_stands_in_a_table_is_named_by_it() -> None:
    row = {"text": "在 DIV2K 上 PSNR 为 31.24。", "quote": "FlowIR (ours) | 31.24 | 0.889"}
    (point,) = made(contribution=[row]).points("contribution")
    assert point.evidence[0].mark == "§4, Table 1"


def test_a_claim_with_a_forged_quotation_is_left_out_and_counted() -> None:
    result = made(methodology=[BATCH, FORGED])
    assert [point.text for point in result.points("methodology")] == [BATCH["text"]]
    assert (result.checked.claims, result.checked.verified) == (3, 2)


def test_a_wrong_number_is_kept_and_marked() -> None:
    wrong = BATCH | {"text": "在 8 块 A100 GPU 上训练，批大小 64。"}
    (point,) = made(methodology=[wrong]).points("methodology")
    assert (point.support, point.doubts) == (Support.DOUBTFUL, ("64",))


def test_another_methods_number_is_marked() -> None:
    swapped = {"text": "FlowIR 的 PSNR 为 30.84。", "quote": "FlowIR (ours) | 31.24 | 0.889"}
    (point,) = made(contribution=[swapped]).points("contribution")
    assert point.doubts == ("30.84",)
    assert point.elsewhere in ((), ("30.84",))


def test_a_result_is_shown_only_with_numbers_that_are_its_own() -> None:
    good = {"benchmark": "DIV2K", "metric": "PSNR", "ours": "31.24", "best_other": "30.84",
            "other_name": "SwinIR", "quote": "FlowIR (ours) | 31.24 | 0.889"}  # fmt: skip
    swapped = good | {"ours": "30.84"}
    stranger = good | {"best_other": "30.10"}  # EDSR's
    shown = [made(results=[row]).results for row in (good, swapped, stranger)]
    assert [[(row.ours, row.other) for row in rows] for rows in shown] == [
        [("31.24", "30.84")], [], [("31.24", None)],
    ]  # fmt: skip
    assert shown[0][0].evidence[0].mark == "§4, Table 1"


@pytest.mark.parametrize(
    ("tex", "is_kept"),
    [
        (r"\mathcal{L}(\theta) = \| v_{\theta}(x_t, t) - (x_1 - x_0) \|^2", True),
        (r"\mathcal{L}(\theta)=\|v_\theta(x_t,t)-(x_0-x_1)\|^2", False),
        (r"E=mc^2+\alpha", False),
    ],
)
def test_an_equation_is_the_papers_or_none(tex: str, is_kept: bool) -> None:
    points = made(equation=[{"tex": tex, "meaning": "速度场回归位移。"}]).points("methodology")
    assert (PointKind.EQUATION in [point.kind for point in points]) is is_kept


def test_suggestions_and_questions_need_no_quotation_but_their_numbers_are_checked() -> None:
    result = made(takeaway=[TRY | {"text": "可以先用 3 步采样，再换成 SwinIR。"}])
    (point,) = result.points("takeaway")
    assert (point.kind, point.doubts) == (PointKind.SUGGESTION, ("3",))
    (question,) = result.points("limitations")
    assert (question.kind, question.support) == (PointKind.QUESTION, Support.UNCHECKED)


def test_that_something_is_not_said_needs_no_quotation() -> None:
    silent = {"text": "论文没有报告训练时间。", "quote": ""}
    result = made(limitations=[silent])
    assert result.points("limitations")[0].kind is PointKind.ABSENCE
    assert result.checked.claims == 2


def test_the_fact_box_holds_only_what_was_found() -> None:
    result = made(compute=[BATCH], data=[FORGED])
    assert [(fact.kind, fact.evidence[0].mark) for fact in result.facts] == [
        (FactKind.COMPUTE, "§4")
    ]


def reader(*answers: object) -> tuple[ModelReader, FakeLLM]:
    model = FakeLLM(*answers)
    return ModelReader(model, PROMPT, max_input_tokens=20_000), model


async def test_what_the_paper_does_not_have_is_left_out_and_counted() -> None:
    reader_, _ = reader(answer(methodology=[BATCH, FORGED]))
    analysis = await reader_.read(PAPER, DOCUMENT, FOCUS, "zh", now=NOW)
    assert [point.text for point in analysis.methodology] == [BATCH["text"]]
    assert analysis.checked is not None
    assert (analysis.checked.verified, analysis.checked.claims) == (2, 3)


@pytest.mark.parametrize("fields", [
    {"contribution": [IDEA], "methodology": [FORGED, FORGED, BATCH | {"text": "批大小 64。"}]},
    {"contribution": [FORGED], "methodology": [BATCH, IDEA]},
])  # fmt: skip
async def test_a_reading_of_which_too_little_was_found_is_none(fields: dict[str, Any]) -> None:
    reader_, _ = reader(answer(**fields))
    with pytest.raises(LLMUnverified, match="claims are in the paper"):
        await reader_.read(PAPER, DOCUMENT, FOCUS, "zh", now=NOW)


def test_what_cannot_be_read_is_not_shown() -> None:
    eaten = {**IDEA, "text": "FlowIR 最小化 $ \ufffd{a}{b}$。"}
    reading = Reading.model_validate(
        answer(contribution=[IDEA, eaten], questions=[{"text": "为何用 \ufffd 作权重？"}])
    )
    verified = verifier().verify(reading)
    assert [point.text for point in verified.points("contribution")] == [IDEA["text"]]
    assert "\ufffd" not in str([verified.sections, verified.facts])


def test_a_statement_said_thirty_times_is_shown_once() -> None:
    looped = {**IDEA, "text": IDEA["text"] * 30}
    reading = Reading.model_validate(answer(contribution=[looped] * 8 + [BATCH]))
    points = verifier().verify(reading).points("contribution")
    assert [point.text for point in points] == [IDEA["text"], BATCH["text"]]


HEADLINE = {"text": "FlowIR 从退化图像出发做修复，DIV2K 上 PSNR 31.24",
            "quotes": ["FlowIR starts from the degraded image instead of noise",
                       "FlowIR (ours) | 31.24 | 0.889"], "where": "§3"}  # fmt: skip


def test_the_headline_is_checked_and_not_said_again_below() -> None:
    again = {**HEADLINE, "text": "FlowIR 从退化图像出发做修复，在 DIV2K 上 PSNR 达 31.24。"}
    shown = made(headline=HEADLINE, contribution=[again, BATCH])
    assert shown.headline is not None
    assert shown.headline.text == HEADLINE["text"]
    assert [point.text for point in shown.points("contribution")] == [BATCH["text"]]


@pytest.mark.parametrize(
    "changed",
    [
        {"text": "FlowIR 在 DIV2K 上 PSNR 达 33.99"},
        {"quotes": ["FlowIR is trained with an adversarial loss"]},
        {
            "text": "从退化图像出发做修复而不是从噪声出发因此更近"
            "也更快而且训练简单推理便宜并且不需要别的网络与数据"
        },
        {"text": "论文没有说明做了什么", "quotes": []},
    ],
    ids=["wrong number", "forged", "too long", "says nothing"],
)
def test_a_headline_in_doubt_or_without_an_end_is_none(changed: dict[str, Any]) -> None:
    assert made(headline=[{**HEADLINE, **changed}]).headline is None


def test_a_headline_without_a_quotation_rests_on_a_statements() -> None:
    idea = {"text": "FlowIR 在 DIV2K 上 PSNR 达 31.24", "quotes": []}
    assert made(headline=[idea]).headline is None
    row = {"text": "DIV2K 上 PSNR 31.24。", "quote": "FlowIR (ours) | 31.24 | 0.889"}
    shown = made(headline=[idea], contribution=[IDEA, row]).headline
    assert shown is not None
    assert [one.mark for one in shown.evidence] == ["§4, Table 1"]


def test_the_method_is_told_in_its_order() -> None:
    """Whatever the order of the answer: pipeline, why it works, formula, the proof."""
    shown = made(
        ablation=[{**BATCH, "text": "消融：批大小 32 最好。"}],
        intuition=[{**IDEA, "text": "退化图像离目标更近。"}],
        equation=[{"tex": "v_\\theta(x_t,t)", "meaning": "速度场的目标是什么。"}],
    )
    kinds = [point.kind for point in shown.points("methodology")]
    assert kinds[-3:] == [PointKind.INTUITION, PointKind.EQUATION, PointKind.ABLATION]


def test_a_conclusion_is_advice_with_a_reason_whose_numbers_are_the_papers() -> None:
    assert made().conclusion is None
    read = {"advice": "Read", "why": "直接可用于你的去噪任务"}
    shown = made(conclusion=read).conclusion
    assert shown is not None
    assert (shown.advice, shown.why) == (Advice.READ, read["why"])
    for wrong in ({**read, "advice": "buy"}, {**read, "why": "比别人快 77 倍"}, "read", None):
        assert made(conclusion=[wrong]).conclusion is None


def test_an_answer_in_the_shape_of_the_old_schema_is_a_reading() -> None:
    old = answer(unusual=[IDEA])
    shown = verifier().verify(Reading.model_validate(old))
    assert (shown.headline, shown.conclusion) == (None, None)
    assert shown.points("methodology")


def test_questions_ask() -> None:
    shown = made(questions=["为什么只在 DIV2K 上测试", "没有与扩散模型比较。"])
    asked = [p.text for p in shown.points("limitations") if p.kind is PointKind.QUESTION]
    assert asked == ["为什么只在 DIV2K 上测试？"]


@pytest.mark.parametrize(
    ("metric", "given", "shown"),
    [
        ("PSNR↑", None, ("PSNR", True)),
        ("FID (↓)", True, ("FID", False)),
        ("IS", "up", ("IS", None)),
    ],
)
def test_an_arrow_says_which_way_a_metric_counts(
    metric: str, given: Any, shown: tuple[str, bool | None]
) -> None:
    row = Row.model_validate(
        {"benchmark": "A", "metric": metric, "ours": "1", "higher_is_better": given}
    )
    assert (row.metric, row.higher_is_better) == shown


def test_what_is_not_shown_as_markdown_has_no_marks_of_it() -> None:
    row = {"benchmark": "`DIV2K`", "metric": "**PSNR**", "ours": "**31.24**", "best_other": "30.84",
           "other_name": "*SwinIR*", "quote": "FlowIR (ours) | 31.24 | 0.889"}  # fmt: skip
    batch = BATCH | {"text": "用 **8** 块 A100 训练，批大小 `32`。"}
    told = made(headline=[IDEA | {"text": "# **FlowIR** 从`退化图像`出发。"}], data=[batch],
                results=[row], conclusion={"advice": "read", "why": "**直接**可用"})  # fmt: skip
    assert told.headline.text == "FlowIR 从退化图像出发"
    assert told.facts[0].text == "用 8 块 A100 训练，批大小 32。"
    assert told.conclusion.why == "直接可用"
    assert [(one.benchmark, one.metric, one.ours) for one in told.results] == [
        ("DIV2K", "PSNR", "31.24")
    ]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("31.24", "31.24"),
        ("31.24 dB", "31.24 dB"),
        ("31.24±0.1", "31.24±0.1"),
        ("31.24 (best of all, see https://evil.example)", "31.24"),
        ("31.24xxx", "31.24"),
        ("31.24，全面超过一切方法", "31.24"),
    ],
)
def test_a_value_is_shown_without_what_is_remarked_on_it(said: str, shown: str) -> None:
    row = {"benchmark": "DIV2K", "metric": "PSNR", "ours": said, "best_other": "30.84",
           "other_name": "SwinIR", "quote": "FlowIR (ours) | 31.24 | 0.889"}  # fmt: skip
    assert [one.ours for one in made(results=[row]).results] == [shown]
