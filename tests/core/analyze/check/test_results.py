"""A line of results is shown only with its own value, metric and rival."""

import pytest

from core.analyze.check.results import FoundResult, Results, SaidResult
from core.analyze.check.source import CheckedText
from core.models.values import Section
from tests.core.analyze.check.papers import RESULTS, TITLE, document, section

ROW = "| FlowIR (ours) | 31.46 | 0.1523 | 33.91 |"
TRUE = SaidResult("DIV2K", "PSNR", "31.46", "31.07", "Restormer", ROW)
ACROSS = (
    "Table 4: Unlearning on CIFAR-100.\n\n| Metric | SwinIR | FlowIR |\n| --- | --- | --- |\n"
    "| Match rate ↓ | 61.20 | 3.74 |\n| Agreement ↑ | 0.12 | 0.91 |"
)
ABOUT = (
    "Table 5: FID of 2 methods.\n\n| Method | 256 | 512 |\n| --- | --- | --- |\n"
    "| SwinIR | 3.12 | 4.31 |\n| FlowIR | 2.06 | 2.62 |"
)


def _found(said: SaidResult, *sections: Section) -> FoundResult | None:
    return Results(CheckedText(document(*sections), TITLE), TITLE).find(said)


def _as(**changed: str) -> SaidResult:
    return SaidResult(**{**TRUE.__dict__, **changed})


@pytest.mark.parametrize(
    "said",
    [
        TRUE,
        _as(quote=""),
        _as(benchmark="GoPro", ours="33.91", other="32.92", other_name="SwinIR"),
        _as(metric="LPIPS", ours="0.1523", other="0.2136", other_name="SwinIR"),
        _as(quote="On DIV2K, FlowIR reaches 31.46 PSNR, compared with 30.84 for SwinIR"),
    ],
)
def test_a_true_line_is_kept_whole(said: SaidResult) -> None:
    found = _found(said)
    assert found is not None
    assert found.has_other
    assert found.side is (said.metric == "PSNR")


@pytest.mark.parametrize(
    "said",
    [
        _as(ours="31.47"),
        _as(ours="33.91"),
        _as(ours="31.07", quote="| Restormer | 31.07 | 0.1987 | 33.57 |"),
        _as(metric="LPIPS"),
        _as(metric="SSIM"),
        _as(metric="Method"),
        _as(benchmark="GoPro"),
        _as(quote="| HAT | 31.46 | 0.1523 | 33.91 |", ours="31.07"),
    ],
)
def test_another_value_metric_or_row_is_refused(said: SaidResult) -> None:
    assert _found(said) is None


@pytest.mark.parametrize(
    ("other", "name"), [("31.07", "SwinIR"), ("0.1987", "Restormer"), ("33.57", "Restormer")]
)
def test_the_others_value_must_be_the_others_in_the_same_column(other: str, name: str) -> None:
    found = _found(_as(other=other, other_name=name))
    assert found is not None
    assert not found.has_other


def test_methods_may_be_columns_and_a_metric_the_captions() -> None:
    across = section("§4", "Results", ACROSS)
    said = SaidResult("CIFAR-100", "Match rate", "3.74", "61.20", "SwinIR", "")
    found = _found(said, across)
    assert found == FoundResult(found.quotes if found else (), True, False)
    assert _found(SaidResult("CIFAR-100", "Agreement", "3.74", "", "", ""), across) is None
    about = section("§4", "Results", ABOUT)
    assert _found(SaidResult("ImageNet 512", "FID", "2.62", "4.31", "SwinIR", ""), about)
    assert _found(SaidResult("ImageNet 256", "FID", "2.62", "4.31", "SwinIR", ""), about) is None


def test_two_metrics_of_one_column_are_two() -> None:
    both = section(
        "§4", "Results",
        "Table 6: Quality on Set5.\n\n| Method | Set5 PSNR/SSIM | Time |\n| --- | --- | --- |\n"
        "| SwinIR | 38.4/0.96 | 2 |\n| FlowIR | 38.6/0.97 | 1 |",
    )  # fmt: skip
    said = SaidResult("Set5", "SSIM", "0.97", "0.96", "SwinIR", "")
    assert _found(said, both) is not None
    assert _found(SaidResult(**{**said.__dict__, "metric": "PSNR"}), both) is None


def test_rows_may_be_datasets_and_a_benchmark_must_be_there() -> None:
    sets = section(
        "§4", "Results",
        "Table 6: Accuracy of two methods.\n\n| Data | SwinIR | FlowIR |\n| --- | --- | --- |\n"
        "| CUB | 70.1 | 74.3 |\n| Cars | 80.2 | 85.9 |",
    )  # fmt: skip
    said = SaidResult("CUB", "Accuracy", "74.3", "70.1", "SwinIR", "")
    found = _found(said, sets)
    assert found is not None
    assert (found.has_other, found.side) == (True, True)
    for other in ("Cars", "Aircraft"):
        assert _found(SaidResult(**{**said.__dict__, "benchmark": other}), sets) is None


def test_a_name_may_be_spread_over_two_cells_and_the_benchmark_stand_in_the_text() -> None:
    spread = section(
        "§4", "Results",
        "Table 6: Scores.\n\n| Data | Model | Accuracy |\n| --- | --- | --- |\n"
        "| LAION | ViT-g/14 | 78.5 |\n| LAION | ViT-L/14 | 75.3 |\n| FlowIR | ViT-L/14 | 79.2 |",
    )  # fmt: skip
    about = section("§3", "Data", "All accuracies are on VBench.")
    said = SaidResult("VBench", "Accuracy", "79.2", "78.5", "LAION ViT-g/14", "")
    found = _found(said, spread, about)
    assert found is not None
    assert found.has_other
    wrong = SaidResult(**{**said.__dict__, "other": "75.3"})
    assert _found(wrong, spread, about) == FoundResult(found.quotes, False, True)
    assert _found(said, spread) is None


def test_without_rows_value_and_names_must_stand_in_one_sentence() -> None:
    text = RESULTS[RESULTS.index("On DIV2K") :]
    bare = section("§4", "Results", text)
    quote = "On DIV2K, FlowIR reaches 31.46 PSNR, compared with 30.84 for SwinIR"
    found = _found(_as(quote=quote), bare)
    assert found is not None
    assert found.has_other
    assert _found(_as(quote=quote, metric="LPIPS"), bare) is None
    assert _found(_as(quote=quote, ours="30.92"), bare) is None
