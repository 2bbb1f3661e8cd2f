import pytest

from core.analyze.check.tables import Table, is_higher_better, tables_of
from tests.core.analyze.check.papers import section

PLAIN = (
    "| Method | PSNR | SSIM |\n| --- | --- | --- |\n| SwinIR | 30.84 | 0.871 |\n| HAT | 31.1 | - |"
)
TWO_HEADS = (
    "|  | DIV2K | DIV2K | GoPro |  |\n| --- | --- | --- | --- | --- |\n"
    "| Method | PSNR | SSIM | PSNR | SSIM |\n| SwinIR | 30.84 | 0.871 | 32.92 | 0.951 |"
)
GROUPS = (
    "| Method | FID |\n| --- | --- |\n| Diffusion models | Diffusion models |\n| ADM | 10.94 |\n"
    "| Flow models |  |\n| SiT-XL | 2.06 |"
)
AGAIN = (
    "| Method | Task-1 | Task-1 |\n| --- | --- | --- |\n| | Acc ↑ | Forget ↓ |\n| LSF | 70.2 |"
    " 1.1 |\n| Method | Task-2 | Task-2 |\n| | Acc ↑ | Forget ↓ |\n| LSF | 68.5 | 0.4 |"
)
SPANNED = (
    "| Teacher | Student | Way | mAP |\n|---|---|---|---|\n| R101 | R50 | SimKD | 62.71 |\n"
    "|  |  | ReviewKD | 61.17 |"
)


def _table(text: str) -> Table:
    (table,) = tables_of(section("§4", "Results", f"Table 2: Scores.\n\n{text}\n\nMore."))
    return table


@pytest.mark.parametrize(
    ("text", "value", "stub", "head"),
    [
        (PLAIN, "0.871", "SwinIR", "SSIM"),
        (TWO_HEADS, "30.84", "SwinIR", "DIV2K PSNR"),
        (TWO_HEADS, "0.951", "SwinIR", "GoPro SSIM"),
        (GROUPS, "10.94", "Diffusion models ADM", "FID"),
        (GROUPS, "2.06", "Flow models SiT-XL", "FID"),
        (AGAIN, "1.1", "LSF", "Task-1 Forget ↓"),
        (AGAIN, "68.5", "LSF", "Task-2 Acc ↑"),
        (SPANNED, "61.17", "R101 R50 ReviewKD", "mAP"),
    ],
)
def test_a_cell_knows_its_row_and_its_column(text: str, value: str, stub: str, head: str) -> None:
    table = _table(text)
    ((found, cell),) = [(r, c) for r in table.rows for c in r.cells if c.text == value]
    assert (found.stub, cell.head) == (stub, head)
    assert (table.label, table.caption) == ("Table 2", "Table 2: Scores.")


def test_rows_stand_where_they_say() -> None:
    table = _table(PLAIN)
    text = table.section.text
    assert [text[row.start : row.end] for row in table.rows] == [
        line for line in PLAIN.split("\n") if "---" not in line
    ]


@pytest.mark.parametrize(
    ("metric", "head", "side"),
    [
        ("PSNR", "DIV2K PSNR", True), ("FID-50K", "FID", False),
        ("Score", r"Score $\downarrow$", False),
        ("Acc_f", "Acc_f ↓", False), ("accuracy (%)", "", True), ("Preference", "Ours", None),
    ],
)  # fmt: skip
def test_which_side_wins(metric: str, head: str, side: bool | None) -> None:
    assert is_higher_better(metric, head) is side
