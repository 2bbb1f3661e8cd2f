import pytest

from core.analyze.check.names import OURS
from core.analyze.check.run_on_tables import glued_rows
from core.analyze.check.source import CheckedText, Unit
from core.analyze.check.tables import read_table
from tests.core.analyze.check.papers import TITLE, document, section

PLAIN = (
    "| Method | PSNR | SSIM |\n| --- | --- | --- |\n| SwinIR | 30.84 | 0.871 |\n| HAT | 31.1 | - |"
)
TWO_HEADS = (
    "|  | DIV2K | DIV2K | GoPro | GoPro |\n| --- | --- | --- | --- | --- |\n"
    "| Method | PSNR | SSIM | PSNR | SSIM |\n| SwinIR | 30.84 | 0.871 | 32.92 | 0.951 |"
)
GROUPS = (
    "| Method | FID |\n| --- | --- |\n| Diffusion models | Diffusion models |\n| ADM | 10.94 |\n"
    "| Flow models |  |\n| SiT-XL | 2.06 |"
)
GLUED = (
    "Table 3: Comparison on DIV2K. Method PSNR SSIM SwinIR 30.84 0.871 HAT 31.10 0.880 "
    "FlowIR 31.46 0.892 The best values are ours."
)


def _units(text: str) -> list[Unit]:
    return list(CheckedText(document(section("§4", "Results", text)), TITLE).units)


def _cell(units: list[Unit], value: float) -> tuple[frozenset[str], frozenset[str]]:
    (bound,) = [b for unit in units for b in unit.numbers if b.number.value == value]
    return bound.names, bound.kinds


def test_a_value_belongs_to_its_row_and_its_column() -> None:
    names, kinds = _cell(_units(PLAIN), 0.871)
    assert "swinir" in names
    assert "hat" not in names
    assert kinds == {"SSIM"}


@pytest.mark.parametrize(
    ("value", "data", "kind"),
    [(30.84, "div2k", "PSNR"), (0.871, "div2k", "SSIM"), (32.92, "gopro", "PSNR")],
)
def test_both_rows_of_a_head_name_a_column(value: float, data: str, kind: str) -> None:
    names, kinds = _cell(_units(TWO_HEADS), value)
    assert {"swinir", data} <= names
    assert {"div2k", "gopro"} & names == {data}
    assert kinds == {kind}


def test_a_row_has_its_groups_name_spanned_or_not() -> None:
    assert "diffusionmodels" in _cell(_units(GROUPS), 10.94)[0]
    names, _ = _cell(_units(GROUPS), 2.06)
    assert "flowmodels" in names
    assert "diffusionmodels" not in names


def test_rows_a_pdf_has_run_together_are_read_as_rows() -> None:
    units = _units(GLUED)
    assert "SSIM" not in _cell(units, 30.84)[1]
    assert "swinir" in _cell(units, 0.871)[0]
    assert OURS in _cell(units, 31.46)[0]
    assert {unit.label for unit in units} == {"Table 3"}
    assert any(unit.text.startswith("The best") and unit.table is None for unit in units)


def test_glued_rows_have_the_caption_of_the_block_beside_them() -> None:
    caption, rows = GLUED.split(" Method", 1)
    units = _units(f"{caption}\n\nMethod{rows}")
    assert {unit.label for unit in units if unit.table} == {"Table 3"}


@pytest.mark.parametrize("text", ["SwinIR 30.84 0.871 HAT 31.10 0.880", "We use 3 of 4 parts.", ""])
def test_fewer_than_three_rows_are_no_table(text: str) -> None:
    assert glued_rows(text) is None


def test_captions_below_their_rows_are_not_lent_to_the_next_table() -> None:
    other = PLAIN.replace("PSNR", "FID").replace("30.84", "12.25")
    text = f"{PLAIN}\n\nTable 1: On DIV2K.\n\n{other}\n\nTable 2: On GoPro."
    rows = {unit.text: unit for unit in _units(text) if unit.table}
    assert rows["| SwinIR | 30.84 | 0.871 |"].label == "Table 1"
    assert "gopro" in rows["| SwinIR | 12.25 | 0.871 |"].keys
    assert "div2k" not in rows["| SwinIR | 12.25 | 0.871 |"].keys


def test_figures_and_equations_are_named_too() -> None:
    text = "Figure 2: The pipeline has 4 stages.\n\n$x_t=(1-t)x_0+tx_1$ (3)\n\nPlain words follow."
    assert [unit.label for unit in _units(text)] == ["Figure 2", "Eq. (3)", None]


@pytest.mark.parametrize(
    "text", ["|", "||", "| a |\n|", "| --- |", "| 1 |\n| --- | --- |\n| 2 | 3 |"]
)
def test_a_ragged_table_is_read_as_far_as_it_goes(text: str) -> None:
    table = read_table(text, "", "")
    assert len(table.rows) == len(text.split("\n"))
    for unit in _units(text):
        assert unit.numbers is not None


@pytest.mark.parametrize(
    "text", ["|" * 50_000, "| a | 1 |\n" * 3_000, "ab 1 2 " * 5_000, "10^" * 9_000, "(" * 50_000]
)
def test_hostile_text_is_read_to_its_end(text: str) -> None:
    last = max(_units(text), key=lambda unit: unit.end)
    assert last.end >= len(text.rstrip()) - 1
