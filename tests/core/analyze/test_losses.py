"""What the results deny is not said beside them, and each value is compared once."""

from typing import Any

import pytest

from core.analyze.losses import best_known, is_denied
from core.analyze.schema import Reading
from core.analyze.verify import Verifier
from core.models.values import Result
from tests.core.analyze.test_verify import DOCUMENT, PAPER, answer, made


def result(ours: str = "31.24", other: str | None = "31.84", name: str = "SwinIR") -> Result:
    return Result(
        benchmark="DIV2K", metric="PSNR", ours=ours, other=other,
        other_name=name if other else None, higher_is_better=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "is_so"),
    [
        ("FlowIR 在 DIV2K 上以 31.24 dB 超过 SwinIR", True),
        ("FlowIR 以 31.24 刷新最佳", True),
        ("FlowIR 以 31.24 优于所有方法", True),
        ("FlowIR beats SwinIR on DIV2K with 31.24 dB", True),
        ("FlowIR reaches a state-of-the-art 31.24 dB", True),
        ("FlowIR 以 31.24 dB 超过 EDSR", False),
        ("FlowIR 在 DIV2K 上 PSNR 31.24，低于 SwinIR 的 31.84", False),
        ("FlowIR 在 COCO 上以 42.1 超过 SwinIR", False),
        ("FlowIR 优于 SwinIR", False),
    ],
)
def test_a_win_is_not_claimed_where_the_table_has_a_loss(text: str, is_so: bool) -> None:
    assert is_denied(text, [result()]) is is_so
    assert not is_denied(text, [result(other="30.1")])
    assert not is_denied(text, [])


def test_a_value_stands_once_against_what_it_fares_worst_with() -> None:
    won, lost, alone = result(other="30.10", name="EDSR"), result(), result(other=None)
    assert best_known([alone, won, lost, won]) == [lost]
    assert best_known([alone, result("29")]) == [alone, result("29")]


ROW = "| FlowIR (ours) | 31.24 | 0.889 |"
LINE: dict[str, Any] = {"benchmark": "DIV2K", "metric": "PSNR↓", "ours": "31.24", "quote": ROW}


def test_neither_headline_nor_novelty_says_what_the_results_deny() -> None:
    """The table's own arrow counts, whatever the reading says of it."""
    best = {"text": "FlowIR 以 31.24 dB 取得最佳结果。", "quotes": [ROW], "where": "§4"}
    idea = {"text": "FlowIR 从退化图像出发。", "quotes": ["FlowIR starts from the degraded image"]}
    given = answer(headline=[best], contribution=[idea, best],
                   results=[LINE | {"best_other": "30.84", "other_name": "SwinIR"}])  # fmt: skip
    for theirs, is_said in (("30.84", True), ("31.84", False)):
        given["results"][0]["best_other"] = theirs
        section = DOCUMENT.sections[1]
        section = section.model_copy(update={"text": section.text.replace("30.84", theirs)})
        told = Verifier(
            PAPER, DOCUMENT.model_copy(update={"sections": (DOCUMENT.sections[0], section)}), ()
        ).verify(Reading.model_validate(given))
        assert len(told.results) == 1
        assert (told.headline is not None) is is_said
        assert [one.text for one in told.points("contribution")] == [idea["text"]]


def test_a_value_is_not_compared_with_itself() -> None:
    (line,) = made(results=[LINE | {"best_other": "31.24", "other_name": "FlowIR"}]).results
    assert (line.ours, line.other) == ("31.24", None)


def test_a_row_marked_as_ours_is_that_of_the_method_it_names() -> None:
    text = "FlowIR 在 DIV2K 上 PSNR 31.24，高于 SwinIR 的 30.84。"
    quotes = [ROW, "| SwinIR | 30.84 | 0.871 |"]
    line = made(headline={"text": text, "quotes": quotes, "where": "§4"}).headline
    assert line is not None
    wrong = text.replace("31.24", "30.84").replace("的 30.84", "的 31.24")
    assert made(headline={"text": wrong, "quotes": quotes[:1], "where": "§4"}).headline is None
