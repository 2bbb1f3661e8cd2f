"""A headline fits a phone, is cut only behind a clause, and is none rather than half of one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models.base import Language
from core.text.headline import WIDEST, in_one_line, unmarked, width

TWICE = "把扩散先验用于图像复原的新方法" * 2


@pytest.mark.parametrize(
    ("text", "language", "fitted"),
    [
        ("EMM 用等变映射做复原，PSNR 31.2 dB。", "zh", "EMM 用等变映射做复原，PSNR 31.2 dB"),
        ("EMM restores images, 31.2 dB.", "en", "EMM restores images, 31.2 dB"),
        (f"{TWICE}，在三个数据集上都更好", "zh", TWICE),
        ("长" * 41, "zh", ""),
        ("很短，" + "长" * 50, "zh", ""),
        ("a" * 91, "en", ""),
        ("值为 1" + ",000" * 30, "zh", ""),
        ("", "zh", ""),
        ("# **EMM** 用`映射`做复原", "zh", "EMM 用映射做复原"),
    ],
)  # fmt: skip
def test_a_headline_is_cut_behind_a_clause_or_not_used(
    text: str, language: Language, fitted: str
) -> None:
    assert in_one_line(text, WIDEST[language]) == fitted


@given(st.text(max_size=200), st.sampled_from(["zh", "en"]))
def test_no_headline_is_too_wide(text: str, language: Language) -> None:
    fitted = in_one_line(text, WIDEST[language])
    assert width(fitted) <= WIDEST[language]
    assert fitted in unmarked(text)
