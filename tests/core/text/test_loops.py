"""What is said over and over is said once; what only looks like it stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.loops import said_once, without_loops


@pytest.mark.parametrize(
    ("text", "once"),
    [
        ("该方法先编码再解码。" * 30, "该方法先编码再解码。"),
        ("The model is fast. " * 30, "The model is fast."),
        (
            "It is fast. " + "It is small. " * 9 + "It is good.",
            "It is fast. It is small. It is good.",
        ),
        ("the model " * 30, "the model"),
        ("先编码，" * 9 + "再解码。", "先编码，再解码。"),
        ("模型模型模型模型模型模型很快。", "模型很快。"),
        ("先编码，先编码，先编码，先编码，先编码。", "先编码。"),
        ("第1步做卷积，第2步做卷积，第3步做卷积，第4步做卷积。", "第1步做卷积。"),
        ("第一步用卷积；第二步用卷积；第三步用卷积；第四步用卷积", "第一步用卷积"),
        ("Step 1 is a conv. Step 2 is a conv. Step 3 is a conv.", "Step 1 is a conv."),
        ("First, it is read. Second, it is read. Third, it is read.", "First, it is read."),
        ("快!!!!!!!!!!!!!!!!!!!!", "快!!!"),
        ("哈" * 500, "哈哈哈"),
    ],
)
def test_loops_are_cut(text: str, once: str) -> None:
    assert without_loops(text) == once


@pytest.mark.parametrize(
    "text",
    [
        "On CIFAR-10 it reaches 95.1%. On CIFAR-100 it reaches 76.4%. On CIFAR-200 it reaches 70%.",
        "在 GoPro 上 PSNR 33.1，在 HIDE 上 PSNR 31.2，在 RealBlur 上 PSNR 36.1。",
        "Stage 1 uses 64 channels. Stage 2 uses 128 channels. Stage 3 uses 256 channels.",
        "4 × 4 × 4 × 4 × 4 × 4 卷积，重复 3 次。",
        "use conv-bn-relu-conv-bn-relu-conv-bn-relu blocks",
        "$x_1 + x_2 + x_3$，其中 1000000000000 为常数。",
        "先用 A 编码，再用 A 解码。A 很快。",
    ],
)
def test_what_is_no_loop_stays(text: str) -> None:
    assert without_loops(text) == text


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (["快。", "慢。", "快", " 快。 "], ["快。", "慢。"]),
        (["第 1 层是卷积。", "第 2 层是卷积。", "第 3 层是卷积。"], ["第 1 层是卷积。"]),
        (["第 1 层是卷积。", "第 2 层是卷积。"], ["第 1 层是卷积。", "第 2 层是卷积。"]),
        (["PSNR 31.2", "PSNR 32.2", "PSNR 30.1"], ["PSNR 31.2", "PSNR 32.2", "PSNR 30.1"]),
        (["", ""], ["", ""]),
    ],
)
def test_statements_are_said_once(said: list[str], kept: list[str]) -> None:
    assert said_once(said, str) == kept


@given(st.text("ab。.，1 第二步", max_size=80))
def test_cutting_adds_nothing(text: str) -> None:
    cut = without_loops(text)
    assert len(cut) <= len(text)
    assert set(cut) <= set(text)
