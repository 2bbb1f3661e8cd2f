"""The PDFs are typeset here: two columns, running heads, words broken at line ends."""

import io
import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pagesizes import letter
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from core.documents.pdf import parse_pdf
from core.models.errors import TextUnavailable

FILLER = "The remaining words of this line only make it long enough to be one."

PAGES: list[list[str]] = [
    [
        "TinyTrack: Tracking Anything on a Phone",
        "Ada Author, Example University",
        "arXiv:2601.00042v3 [cs.CV] 13 Jan 2026",
        "Abstract",
        "We propose TinyTrack, a tracker for phones that compresses its memory with a spa-",
        "tial perceiver, is state-of-",
        "the-art in speed, and keeps 71.7 J&F on the benchmark that we call Example-17.",
        "1 Introduction",
        "Tracking is slow, and phones are small. " + FILLER,
        "Earlier trackers need a server, which a phone does not have. " + FILLER,
        "2 TinyTrack",
        "2.1 Spatial Perceiver",
        "The perceiver has global queries and patch queries, and it is trained with self-",
        "attention over the whole memory of past frames. " + FILLER,
    ],
    [
        "2 of 3 frames are skipped in this setting, which is a sentence and no heading at all.",
        "2.2 3D Memory",
        "The memory is a stack of feature maps. " + FILLER,
        "Figure 1: The pipeline.",
        "3 Experiments",
        "Table 1: Results.",
        "Baseline 70.1 1",
        "TinyTrack 71.7 16",
        "The tracker is sixteen times faster than the baseline, which runs on a server. " + FILLER,
    ],
    [
        "4 Limitations",
        "It loses small objects when they leave the frame for more than ten seconds. " + FILLER,
        "References",
        "[1] A. Author. A work that does not exist. 2025.",
        "A. Oh, B. Ah, and C. Uh. Another work that does not exist. 2024.",
        "A More Details",
        "All data of this paper is made up, and so is the paper. " + FILLER,
        "A.1 Data",
        "There are seventeen videos of seventeen frames each in the data. " + FILLER,
    ],
]


def typeset(
    pages: Sequence[Sequence[str]],
    *,
    head: str = "Author et al., A Running Head",
    password: str | None = None,
) -> bytes:
    """Return a PDF with one text line per given line, and a head and a number on each page."""
    file = io.BytesIO()
    encrypt = None if password is None else StandardEncryption(password, "owner", strength=128)
    canvas = Canvas(file, pagesize=letter, encrypt=encrypt)
    for number, lines in enumerate(pages, start=1):
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, 760, head)
        y = 730
        for line in lines:
            canvas.drawString(72, y, line)
            y -= 12
        canvas.drawString(300, 30, str(number))
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def columns(left: Sequence[str], right: Sequence[str]) -> bytes:
    """Return a page of two columns, drawn one after the other as TeX does."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=letter)
    canvas.setFont("Helvetica", 7)
    for x, lines in ((50, left), (310, right)):
        for row, line in enumerate(lines):
            canvas.drawString(x, 740 - 10 * row, line)
    canvas.save()
    return file.getvalue()


PAPER = typeset(PAGES)


def test_numbered_lines_become_sections() -> None:
    parsed = parse_pdf(PAPER)

    assert parsed.pages == 3
    assert [(s.id, s.title, s.level) for s in parsed.sections] == [
        ("Abstract", "Abstract", 1),
        ("§1", "Introduction", 1),
        ("§2", "TinyTrack", 1),
        ("§2.1", "Spatial Perceiver", 2),
        ("§2.2", "3D Memory", 2),
        ("§3", "Experiments", 1),
        ("§4", "Limitations", 1),
        ("Appendix A", "More Details", 1),
        ("§A.1", "Data", 2),
    ]


def test_words_broken_at_line_ends_are_mended_and_own_hyphens_kept() -> None:
    texts = {s.id: s.text for s in parse_pdf(PAPER).sections}

    assert texts["Abstract"] == (
        "We propose TinyTrack, a tracker for phones that compresses its memory with a spatial "
        "perceiver, is state-of-the-art in speed, and keeps 71.7 J&F on the benchmark that we call "
        "Example-17."
    )
    assert "trained with self-attention over" in texts["§2.1"]


def test_running_heads_page_numbers_and_references_are_dropped() -> None:
    text = "\n".join(s.text for s in parse_pdf(PAPER).sections)

    assert "Running Head" not in text
    assert "does not exist" not in text
    assert "Ada Author" not in text
    assert not [line for line in text.splitlines() if line.strip() in {"1", "2", "3"}]


def test_the_front_tells_title_and_version() -> None:
    front = parse_pdf(PAPER).front
    assert "TinyTrack: Tracking Anything on a Phone" in front
    assert "2601.00042v3" in front


def test_captions_and_table_rows_stand_alone() -> None:
    blocks = {s.id: s.text.split("\n\n") for s in parse_pdf(PAPER).sections}
    assert "Figure 1: The pipeline." in blocks["§2.2"]
    assert "Baseline 70.1 1\nTinyTrack 71.7 16" in blocks["§3"]


def test_two_columns_are_read_one_after_the_other() -> None:
    left = ["1 Introduction", *(f"Left line number {word} of the left column, which is long"
                                for word in ("one", "two", "three"))]  # fmt: skip
    right = ["2 Method", *(f"Right line number {word} of the right column, which is long"
                           for word in ("one", "two", "three"))]  # fmt: skip
    sections = parse_pdf(columns(left, right)).sections

    assert [s.id for s in sections] == ["§1", "§2"]
    assert "Right" not in sections[0].text
    assert "one of the left column, which is long Left line number two" in sections[0].text


def test_only_the_first_pages_are_read() -> None:
    parsed = parse_pdf(PAPER, max_pages=1)
    assert parsed.pages == 1
    assert [s.id for s in parsed.sections] == ["Abstract", "§1", "§2", "§2.1"]


def test_roman_numbers_and_an_inline_abstract_as_ieee_prints_them() -> None:
    data = typeset(
        [
            [
                "Abstract—We restore images on a phone. " + FILLER,
                "I. INTRODUCTION",
                "Images are broken. " + FILLER,
                "II. M ETHOD",
                "We mend them. " + FILLER,
                "REFERENCES",
                "[1] Nobody.",
            ]
        ]
    )
    sections = parse_pdf(data).sections
    assert [(s.id, s.title) for s in sections] == [
        ("Abstract", "Abstract"),
        ("§I", "INTRODUCTION"),
        ("§II", "METHOD"),
    ]
    assert sections[0].text.startswith("We restore images")


def test_list_numbers_are_no_headings() -> None:
    data = typeset(
        [
            [
                "1 Introduction",
                "Our contributions are these, and there are not many of them at all: " + FILLER,
                "3 Large Tables",
                "5 More Tables",
                "2 Method",
                "We do what the title of this section says. " + FILLER,
            ]
        ],
        head="",
    )
    assert [s.id for s in parse_pdf(data).sections] == ["§1", "§2"]


def test_a_file_with_an_empty_password_is_read() -> None:
    assert parse_pdf(typeset(PAGES, password="")).pages == 3


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7\n",
        b"<html>not found</html>",
        PAPER[: len(PAPER) // 2],
        typeset(PAGES, password="secret"),
        typeset([[], [], []], head=""),
        typeset([["References", "[1] " + "Nobody wrote this. " * 4] * 4], head=""),
        bytes(random.Random(1).randbytes(5_000_000)),
        b"%PDF-1.4\n" + bytes(random.Random(2).randbytes(1_000_000)),
    ],
    ids=["empty", "header", "html", "cut", "encrypted", "scanned", "references", "5MB", "noise"],
)
def test_what_cannot_be_read_is_unavailable(data: bytes) -> None:
    with pytest.raises(TextUnavailable):
        parse_pdf(data)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    damaged = bytearray(PAPER)
    for _ in range(data.draw(st.integers(1, 30))):
        damaged[data.draw(st.integers(0, len(PAPER) - 1))] = data.draw(st.integers(0, 255))
    try:
        parsed = parse_pdf(bytes(damaged))
    except TextUnavailable:
        return
    ids = [s.id for s in parsed.sections]
    assert len(ids) == len(set(ids))
