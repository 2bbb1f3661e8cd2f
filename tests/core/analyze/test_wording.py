"""Which statements may stand, and which section a model means."""

import pytest

from core.analyze.wording import (
    POINT_LIMIT,
    as_question,
    clean_statement,
    is_stub,
    place_named,
    places_of,
    says_again,
)
from core.models.values import Section
from core.text.headline import in_one_line
from tests.core.analyze.test_model_reader import SECTIONS_OF_PAPER


@pytest.mark.parametrize(
    ("where", "place"),
    [
        ("§3.2", "§3.2"),
        ("[§3.2]", "§3.2"),
        ("3.2", "§3.2"),
        ("Section 3.2", "§3.2"),
        ("section 3.2.", "§3.2"),
        ("Sec. 3.2", "§3.2"),
        ("§ 3.2", "§3.2"),
        ("第3.2节", "§3.2"),
        ("§3.2 Guidance", "§3.2"),
        ("§3.2, Table 4", "§3.2"),
        ("3.2 and 4", "§3.2"),
        ("Guidance", "§3.2"),
        ("Introduction", "§1"),
        ("abstract", "Abstract"),
        ("Appendix A", "Appendix A"),
        ("附录 A", "Appendix A"),
        ("§9", None),
        ("§3", None),
        ("§3.2.1", None),
        ("Table 4", None),
        ("", None),
    ],
)
def test_where_is_a_section_that_exists_or_nothing(where: str, place: str | None) -> None:
    assert place_named(where, places_of(SECTIONS_OF_PAPER)) == place


def test_a_name_that_means_two_sections_means_none() -> None:
    twice = tuple(Section(id=f"§{number}", title="Results", level=1, text="x") for number in (1, 2))
    assert place_named("Results", places_of(twice)) is None


@pytest.mark.parametrize(
    "text",
    [
        "", "...", "N/A", "n/a.", "None", "无", "无。", "暂无", "TODO", "（略）", "TBD", "[string]",
        "I cannot access the full text of this paper.", "I’m unable to read the PDF.",
        "As an AI language model, I do not have opinions.", "Sorry, something went wrong.",
        "Unable to access the document.", "抱歉，我无法阅读全文。", "作为一个AI，我没有看法。",
        "我无法访问该链接。", "无法访问论文全文，因此不能总结。",
    ],
)  # fmt: skip
def test_placeholders_and_apologies_are_stubs(text: str) -> None:
    assert is_stub(text)


@pytest.mark.parametrize(
    "text",
    [
        "原文没有说明训练时间。", "作者承认无法访问闭源模型的梯度。", "无需配对数据即可训练。",
        "None of the baselines use diffusion.", "The text states no limitations.",
        "Access to the weights is unable to be verified from the text.",
        "N/A labels are masked out.",
    ],
)  # fmt: skip
def test_statements_that_only_sound_alike_are_none(text: str) -> None:
    assert not is_stub(text)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("- 提出\n新方法", "提出 新方法"),
        ("1. 3.2x faster", "3.2x faster"),
        ("2603 images are used", "2603 images are used"),
        ("3.2x faster", "3.2x faster"),
        ("zero\u200bwidth", "zerowidth"),
    ],
)
def test_a_statement_is_one_clean_line(text: str, clean: str) -> None:
    assert clean_statement(text) == clean


def test_a_long_statement_ends_at_a_sentence() -> None:
    cut = clean_statement("".join(f"用 diffusion 去模糊{chr(0x4E00 + n)}。" for n in range(200)))
    assert POINT_LIMIT // 2 < len(cut) <= POINT_LIMIT
    assert cut.endswith("。")
    assert clean_statement("".join(map(chr, range(0x4E00, 0x5600))) + "字").endswith("…")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("FlowIR 四步修复，LPIPS 0.287。", "FlowIR 四步修复，LPIPS 0.287"),
        ("四步采样修复真实图像，质量不降，" + "还能推广到" * 8, "四步采样修复真实图像，质量不降"),
        ("A restores, " + "and much more " * 9, ""),
        ("FlowIR restores real images in four steps, not fifty; " + "and much more " * 9,
         "FlowIR restores real images in four steps, not fifty"),
        ("没有断句" * 20, ""),
        ("RestoreFlow needs four steps vs. fifty " + "and much more " * 9, ""),
        ("v1.2 beats v1.1 on " + "a." * 60, ""),
    ],
)  # fmt: skip
def test_one_line_is_cut_behind_a_clause_or_not_at_all(text: str, line: str) -> None:
    assert in_one_line(text, 60) == line


@pytest.mark.parametrize(
    ("text", "is_said"),
    [
        ("RestoreFlow 用 4 步完成修复，LPIPS 降到 0.287。", True),
        ("用 4 步完成修复，RestoreFlow 的 LPIPS 降到 0.287", True),
        ("RestoreFlow 用 4 步完成修复，因为轨迹是直的，对退化核失配也更稳健。", False),
        ("RestoreFlow 用 8 步时 FID 为 3.1，比 4 步好。", False),
        ("…", False),
    ],
)
def test_a_statement_says_again_what_stands_above(text: str, is_said: bool) -> None:
    assert says_again(text, "RestoreFlow 用 4 步完成修复，LPIPS 降到 0.287") is is_said


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("为什么没有消融？", "为什么没有消融？"),
        ("Why no ablation.", "Why no ablation?"),
        ("只测了一个数据集。能否推广", "只测了一个数据集。能否推广？"),
        ("能否推广？这会影响结论。", "能否推广？"),
        ("没有与一步蒸馏比较。", ""),
        ("The comparison is unfair.", ""),
        ("论文没有说明训练用了哪些数据。", ""),
        ("为什么没有比较剪枝", "为什么没有比较剪枝？"),
        ("只报告了几个数据集。", ""),
        ("他问“为什么？”", "他问“为什么？”"),
    ],
)
def test_a_question_ends_with_its_mark_or_asks_nothing(text: str, asked: str) -> None:
    assert as_question(text) == asked
