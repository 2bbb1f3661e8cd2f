"""Cells of LaTeXML tables that reach over several rows and columns."""

import pytest

from core.documents.latexml_tree import Table


def _table(*rows: tuple[tuple[str, dict[str, str | None]], ...]) -> list[str]:
    table = Table()
    for row in rows:
        table.rows.append([])
        for text, attributes in row:
            table.start_cell(attributes)
            assert table.cell is not None
            table.cell.append(text)
            table.end_cell()
    return table.markdown().splitlines()


def test_a_cell_over_two_columns_stands_above_both() -> None:
    assert _table(
        (("M", {}), ("Set5", {"colspan": "2"})), (("Ours", {}), ("1", {}), ("2", {}))
    ) == [
        "| M | Set5 | Set5 |",
        "| --- | --- | --- |",
        "| Ours | 1 | 2 |",
    ]


def test_a_cell_over_two_rows_stands_in_both_and_not_in_the_third() -> None:
    rows = _table((("CNN", {"rowspan": "2"}), ("1", {})), (("2", {}),), (("ViT", {}), ("3", {})))
    assert [rows[0], *rows[2:]] == ["| CNN | 1 |", "| CNN | 2 |", "| ViT | 3 |"]


def test_a_cell_over_rows_at_the_end_of_a_row_stays_at_the_end() -> None:
    rows = _table((("1", {}), ("GPU", {"rowspan": "2"})), (("2", {}),))
    assert rows[2] == "| 2 | GPU |"


@pytest.mark.parametrize("span", ["0", "-1", "two", "", "99999", None])
def test_a_span_that_is_nonsense_is_one(span: str | None) -> None:
    assert _table((("a", {"colspan": span, "rowspan": span}), ("b", {})), (("c", {}),))[0] == (
        "| a | b |"
    )


def test_spans_cannot_blow_a_table_up() -> None:
    huge: dict[str, str | None] = {"colspan": "9999", "rowspan": "9999"}
    rows = _table(*([(("x" * 81, huge),)] * 50))
    assert sum(map(len, rows)) < 50 * 500


def test_a_cell_repeated_over_thousands_of_rows_ends_at_the_bound() -> None:
    tall: dict[str, str | None] = {"colspan": "60", "rowspan": "9999"}
    rows = _table((("x" * 80, tall),), *([()] * 9999))
    assert sum(map(len, rows)) < 410_000
