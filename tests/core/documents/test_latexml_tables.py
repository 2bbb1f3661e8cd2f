"""LaTeXML's tables: every row readable alone, every number below all its heads."""

import pytest

from core.documents.latexml import parse_latexml
from core.documents.latexml_cells import Table
from core.documents.latexml_tables import markdown
from core.documents.marks import marks_of

Cells = str
"""One row of cells as "text class class | text": t, b = a line above, below; c2, r3 = reaches over
columns, rows; h = LaTeXML thinks it a head. A backslash stands for an empty text."""
_CLASSES = {"t": "ltx_border_t", "b": "ltx_border_bb", "h": "ltx_th ltx_th_column"}


def _cell(written: str) -> str:
    text, *marks = written.split()
    classes = ["ltx_td", *(_CLASSES.get(mark, "") for mark in marks)]
    for mark in marks:
        if mark[1:].isdigit():
            name = "colspan" if mark[0] == "c" else "rowspan"
            classes += [f"ltx_{name}", f"ltx_{name}_{mark[1:]}"]
    return f'<span class="{" ".join(classes)}">{text.replace("~", " ").strip(chr(92))}</span>'


def tabular(*rows: Cells) -> str:
    body = "".join(
        f'<span class="ltx_tr">{"".join(map(_cell, row.split(" | ")))}</span>' for row in rows
    )
    return f'<span class="ltx_tabular">{body}</span>'


def page(body: str) -> str:
    return (
        '<html><body><article class="ltx_document"><section class="ltx_section">'
        f'<h2 class="ltx_title ltx_title_section">1 Results</h2>{body}</section></article>'
    )


def text_of(body: str) -> str:
    return parse_latexml(page(body)).sections[0].text


def read(*rows: Cells) -> list[str]:
    return text_of(tabular(*rows)).splitlines()


def test_heads_over_heads_become_one_row_that_has_all_words() -> None:
    assert read(
        "Method t r2 | Set5 t c2 | Urban t c2",
        "PSNR t | SSIM t | PSNR t | SSIM t",
        "EDSR t | 30.1 t | 0.90 t | 28.1 t | 0.81 t",
        "Ours | 31.2 | 0.92 | 29.5 | 0.86",
    ) == [
        "| Method | Set5: PSNR | Set5: SSIM | Urban: PSNR | Urban: SSIM |",
        "| --- | --- | --- | --- | --- |",
        "| EDSR | 30.1 | 0.90 | 28.1 | 0.81 |",
        "| Ours | 31.2 | 0.92 | 29.5 | 0.86 |",
    ]


@pytest.mark.parametrize(
    ("rows", "head", "first"),
    [
        (  # a head in two lines, a line below both
            ("Test | Before | After", "\\ | (ours) | (theirs)", "A t | 0.1 t | 0.2 t"),
            "| Test | Before (ours) | After (theirs) |", "| A | 0.1 | 0.2 |",
        ),
        (  # numbers as heads below a head
            ("Model r2 | Shots c2", "1 | 5", "A t | 40.1 t | 52.3 t"),
            "| Model | Shots: 1 | Shots: 5 |", "| A | 40.1 | 52.3 |",
        ),
        (  # numbers as heads, without a cell over rows
            ("Model | Shots c2", "\\ | 1 | 5", "A | 40.1 | 52.3"),
            "| Model | Shots: 1 | Shots: 5 |", "| A | 40.1 | 52.3 |",
        ),
        (  # a head in two full lines
            ("Model | Training | Test", "name | time | time", "A t | 12 t | 13 t"),
            "| Model name | Training time | Test time |", "| A | 12 | 13 |",
        ),
        (  # all texts: the line ends the heads
            ("Kind | Codebook", "Bag t | k-means t", "Fisher | GMM"),
            "| Kind | Codebook |", "| Bag | k-means |",
        ),
        (  # a line below every row says nothing
            ("Model t | Size t", "A t | 12 t", "B t | 14 t"),
            "| Model | Size |", "| A | 12 |",
        ),
        (  # a line in the middle is no end of heads
            ("Model | Acc", "A | 12.5", "B t | 14.5 t"),
            "| Model | Acc |", "| A | 12.5 |",
        ),
        (  # no heads at all: a row of results is none
            ("PSNR | 27.1 | 28.2", "SSIM | 0.81 | 0.85"),
            "|  |  |  |", "| PSNR | 27.1 | 28.2 |",
        ),
        (  # columns that only make room are gone
            ("Model | \\ | Acc", "A t | \\ | 12.5 t"),
            "| Model | Acc |", "| A | 12.5 |",
        ),
    ],
)  # fmt: skip
def test_the_heads_end_where_a_reader_sees_them_end(
    rows: tuple[Cells, ...], head: str, first: str
) -> None:
    shown = read(*rows)
    assert (shown[0], shown[2]) == (head, first)


@pytest.mark.parametrize(
    ("rows", "labels"),
    [
        (("CNN r2 | A | 1.1", "B | 1.2", "ViT r2 | A | 1.3", "B | 1.4"), "CNN CNN ViT ViT"),
        (("CNN | A | 1.1", "\\ | B | 1.2", "ViT | A | 1.3", "\\ | B | 1.4"), "CNN CNN ViT ViT"),
        # \multirow{-2}: the label stands in its group's last row
        (("\\ | A | 1.1", "CNN | B | 1.2", "\\ t | A t | 1.3 t", "ViT | B | 1.4"),
         "CNN CNN ViT ViT"),
        (("\\ | A | 1.1", "CNN | B | 1.2", "\\ | A | 1.3", "ViT | B | 1.4"), "CNN CNN ViT ViT"),
        # in the middle
        (("\\ | A | 1.1", "CNN | B | 1.2", "\\ | C | 1.3", "ViT t | A t | 1.4 t"),
         "CNN CNN CNN ViT"),
        # a row without a label before the first group has none
        (("\\ | Teacher | 1.1", "S | A | 1.2", "\\ | B | 1.3", "T | A | 1.4", "\\ | B | 1.5"),
         "- S S T T"),
        # a line parts a row from the group above it
        (("CNN | A | 1.1", "\\ | B | 1.2", "\\ t | mean t | 1.3 t"), "CNN CNN -"),
    ],
)  # fmt: skip
def test_a_groups_label_stands_in_each_of_its_rows(rows: tuple[Cells, ...], labels: str) -> None:
    shown = read("Kind | Net | Acc", *[rows[0] + " t", *rows[1:]])[2:]
    assert " ".join(row.split(" | ")[0].strip("| ") or "-" for row in shown) == labels


def test_a_second_label_goes_no_further_than_the_first() -> None:
    shown = read("Data | Net | Acc", "A t | X t | 1.1 t", "\\ | \\ | 1.2", "B | \\ | 1.3")
    assert shown[2:] == ["| A | X | 1.1 |", "| A | X | 1.2 |", "| B |  | 1.3 |"]


def test_ticks_and_empty_cells_stay_where_they_are() -> None:
    shown = read("F | R | Acc", "✓ t | ✗ t | 1.1 t", "\\ | ✓ | 1.2")
    assert shown[2:] == ["| ✓ | ✗ | 1.1 |", "|  | ✓ | 1.2 |"]


def test_a_line_over_the_whole_width_is_one_cell_of_its_row() -> None:
    assert read(
        "Framework:~Bag c3", "Net t | Acc t | mAP t", "A t | 1.1 t | 2.1 t",
        "Framework:~Fisher t c3", "B t | 1.2 t | 2.2 t",
    ) == [
        "| Net | Acc | mAP |", "| --- | --- | --- |", "| Framework: Bag |  |  |",
        "| A | 1.1 | 2.1 |", "| Framework: Fisher |  |  |", "| B | 1.2 | 2.2 |",
    ]  # fmt: skip


def test_heads_in_the_middle_begin_another_table_of_the_same_name() -> None:
    body = tabular(
        "Method t r2 | Task-1 t c2", "Acc t | F1 t", "Ours t | 1.1 t | 2.1 t",
        "Method t r2 | Task-2 t c2", "Acc t | F1 t", "Ours t | 1.2 t | 2.2 t",
    )  # fmt: skip
    caption = (
        '<figcaption class="ltx_caption"><span class="ltx_tag ltx_tag_table">Table 1</span>All.'
        "</figcaption>"
    )
    section = parse_latexml(page(f'<figure class="ltx_table">{caption}{body}</figure>')).sections[0]
    assert section.text == (
        "Table 1: All.\n\n"
        "| Method | Task-1: Acc | Task-1: F1 |\n| --- | --- | --- |\n| Ours | 1.1 | 2.1 |\n\n"
        "| Method | Task-2: Acc | Task-2: F1 |\n| --- | --- | --- |\n| Ours | 1.2 | 2.2 |"
    )
    assert [(m.name, m.end) for m in marks_of(section)] == [("Table 1", len(section.text))]


def test_parts_of_a_table_have_its_number_and_its_junk_is_gone() -> None:
    def part(letter: str, name: str, value: str) -> str:
        return (
            '<figure class="ltx_table ltx_figure_panel"><p class="ltx_p">. 3</p>'
            + tabular("Net | Acc", f"A t | {value} t")
            + f'<figcaption class="ltx_caption"><span class="ltx_tag ltx_tag_table">({letter}) '
            f"</span>{name}</figcaption></figure>"
        )

    caption = (
        '<figcaption class="ltx_caption"><span class="ltx_tag ltx_tag_table">Table 3: </span>Both'
        "</figcaption>"
    )
    body = (
        f'<figure class="ltx_table">{part("a", "CIFAR", "1.1")}{part("b", "SUN", "1.2")}{caption}'
    )
    section = parse_latexml(page(body + "</figure>")).sections[0]
    named = {m.name: section.text[m.start : m.end] for m in marks_of(section)}
    assert "1.1" in named["Table 3a"]
    assert "1.2" in named["Table 3b"]
    assert "1.1" not in named["Table 3b"]
    assert named["Table 3"] == "Table 3: Both"
    assert ". 3" not in section.text


def test_a_table_in_a_cell_is_a_table_and_lines_in_a_cell_are_words() -> None:
    inner = tabular("Net | Acc", "A t | 1.1 t", "B | 1.2").replace(" ", "\N{NO-BREAK SPACE}")
    outer = (
        '<table class="ltx_tabular"><tr class="ltx_tr"><td class="ltx_td">(a)</td></tr>'
        f'<tr class="ltx_tr"><td class="ltx_td">{inner}</td></tr></table>'
    ).replace("\N{NO-BREAK SPACE}", " ")
    assert "| Net | Acc |\n| --- | --- |\n| A | 1.1 |" in text_of(outer)
    lines = tabular("Ours", "(large)").replace("ltx_td", "ltx_td")
    row = f'<tr class="ltx_tr"><td class="ltx_td">{lines}</td><td class="ltx_td">1<br>2</td></tr>'
    assert "| Ours (large) | 1 2 |" in text_of(f'<table class="ltx_tabular">{row * 2}</table>')


def test_what_only_sets_type_is_gone_from_cells_and_formulas() -> None:
    cell = r"\kern 6.0pt0.93_{\scriptscriptstyle\pm 0.08}\kern-6.0pt"
    colour = (
        r"\alpha\color[rgb]{0.1,0.2,0.3}\definecolor[named]{x}{rgb}{0.1,0.2,0.3}x\displaystyle+y"
    )
    array = r"\left[\begin{array}[]{c}a\end{array}\right]"
    shown = text_of(
        "".join(f'<p><math alttext="{tex}"></math></p>' for tex in (cell, colour, array))
    )
    assert shown.split("\n\n") == [
        r"$0.93 \pm 0.08$", r"$\alpha x+y$", r"$\left[\begin{array}{c}a\end{array}\right]$",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"\mathbf{82.4}", "82.4"),
        (r"\underline{\mathbf{0.93}_{\pm 0.08}}", r"$\underline{\mathbf{0.93} \pm 0.08}$"),
        (r"0.93_{\scriptscriptstyle\pm 0.08}", "0.93 ± 0.08"),
        (r"93.5\%", "93.5%"),
        (r"{}^{\dagger}", "†"),
        (r"\uparrow", "↑"),
        (r"Acc_{f}\downarrow", r"$Acc_{f}\downarrow$"),
    ],
)
def test_a_number_in_a_cell_is_a_number(tex: str, shown: str) -> None:
    cell = f'<td class="ltx_td"><math alttext="{tex}"></math></td>'
    rows = f'<tr class="ltx_tr"><td class="ltx_td">A</td>{cell}</tr>' * 2
    assert f"| A | {shown} |" in text_of(f'<table class="ltx_tabular">{rows}</table>')


def test_a_raised_or_lowered_number_is_no_digit_of_the_one_before() -> None:
    raised = "10<sup>-4</sup>, 0.93<sub>0.08</sub>, the 1<sup>st</sup>, D<sup>3</sup>R"
    assert text_of(f'<p class="ltx_p">{raised}</p>') == "10^-4, 0.93_0.08, the 1st, D3R"


def test_a_citation_does_not_stick_to_the_name_before_it() -> None:
    assert text_of('<p class="ltx_p">DER++ and SUN<cite class="ltx_cite">Xiao (2010)</cite>') == (
        "DER++ and SUN Xiao (2010)"
    )


@pytest.mark.parametrize("span", ["0", "-1", "two", "", "99999", None])
def test_a_span_that_is_nonsense_is_one(span: str | None) -> None:
    table = Table()
    for text in ("a", "b"):
        table.rows.append([])
        table.start_cell({"colspan": span, "rowspan": span})
        assert table.cell is not None
        table.cell.append(text)
        table.end_cell()
    assert markdown(table).splitlines()[0] == "| a |"


@pytest.mark.parametrize(
    ("rows", "most"), [(("x" * 81 + " c9999 r9999",) * 50, 50 * 500),
                       (("x" * 80 + " c60 r9999", *["\\"] * 9999), 410_000)],
)  # fmt: skip
def test_spans_cannot_blow_a_table_up(rows: tuple[Cells, ...], most: int) -> None:
    assert sum(map(len, read(*rows))) < most
