"""Names of places inside a section: which text is Table 4."""

import pytest

from core.documents.marks import marks_of
from core.models.values import Section

_ROWS = "| Method | PSNR |\n| --- | --- |\n| Ours | 28.4 |"
_OTHER = "| Method | SSIM |\n| --- | --- |\n| Ours | 0.91 |"


def _marked(*blocks: str) -> dict[str, str]:
    section = Section(id="§3", title="Experiments", level=1, text="\n\n".join(blocks))
    return {mark.name: section.text[mark.start : mark.end] for mark in marks_of(section)}


def test_a_table_is_its_caption_and_the_rows_below_it() -> None:
    assert _marked("Before.", "Table 4: Results.", _ROWS, "After 28.4.") == {
        "Table 4": f"Table 4: Results.\n\n{_ROWS}"
    }


def test_captions_below_their_rows_do_not_claim_the_next_table() -> None:
    assert _marked(_ROWS, "Table 1: One.", _OTHER, "Table 2: Two.") == {
        "Table 1": f"{_ROWS}\n\nTable 1: One.",
        "Table 2": f"{_OTHER}\n\nTable 2: Two.",
    }


def test_captions_above_their_rows_do_not_claim_the_table_before() -> None:
    assert _marked("Table 1: One.", _ROWS, "Table 2: Two.", _OTHER) == {
        "Table 1": f"Table 1: One.\n\n{_ROWS}",
        "Table 2": f"Table 2: Two.\n\n{_OTHER}",
    }


def test_a_table_in_two_parts_has_both() -> None:
    assert _marked("Table 1: One.", _ROWS, _OTHER)["Table 1"].endswith(_OTHER)


def test_a_figure_leaves_rows_to_the_table_whose_caption_follows() -> None:
    assert _marked("Figure 2: A plot.", _ROWS, "Table 1: One.") == {
        "Figure 2": "Figure 2: A plot.",
        "Table 1": f"{_ROWS}\n\nTable 1: One.",
    }


def test_rows_apart_from_a_caption_by_prose_are_not_its_rows() -> None:
    assert _marked("Table 1: One.", "Prose.", _ROWS) == {"Table 1": "Table 1: One."}
    assert _marked(_ROWS, "Prose.", "Table 1: One.") == {"Table 1": "Table 1: One."}


def test_a_numbered_equation_is_a_mark_and_an_inline_formula_is_not() -> None:
    assert _marked("$a=b$ (3)", "$x$ grows, see (4)", "$c=d$") == {"Eq. (3)": "$a=b$ (3)"}


@pytest.mark.parametrize("text", ["Table 4 shows 28.4.", "Figures 1: x", "Table 3.2 is big."])
def test_a_mention_is_no_caption(text: str) -> None:
    assert _marked(text) == {}


@pytest.mark.parametrize(
    ("caption", "name"),
    [
        ("**Table 1**: x", "Table 1"),
        ("TABLE IV. x", "Table IV"),
        ("Fig. 2. x", "Figure 2"),
        ("Table A.1: x", "Table A.1"),
        ("Algorithm 1: x", "Algorithm 1"),
        ("表 3\uff1a结果", "Table 3"),
        ("图2: 流程", "Figure 2"),
    ],
)
def test_captions_as_papers_write_them(caption: str, name: str) -> None:
    assert _marked(caption) == {name: caption}


def test_a_section_without_text_has_no_marks() -> None:
    assert _marked("") == {}
