"""Pages drawn with positions and fonts, as TeX and word processors do."""

import io

import pytest
from reportlab.lib.pagesizes import letter
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from core.documents.outline import Parsed
from core.documents.pdf import parse_pdf

BODY, BOLD, ITALIC = ("Times-Roman", 10), ("Times-Bold", 12), ("Times-Italic", 10)
WORDS = "in a line as long as the others are."


class Sheet:
    """A PDF being drawn."""

    def __init__(self) -> None:
        self._file = io.BytesIO()
        self.canvas = Canvas(self._file, pagesize=letter)

    def say(
        self, x: float, y: float, text: str, font: tuple[str, float] = BODY, *, to: float = 0
    ) -> None:
        """Write a line; `to` is where its last word ends, as in justified text."""
        self.canvas.setFont(*font)
        words = text.split(" ")
        width = sum(pdfmetrics.stringWidth(word, *font) for word in words)
        gap = (to - x - width) / max(1, len(words) - 1) if to else 0.25 * font[1]
        for word in words:
            self.canvas.drawString(x, y, word)
            x += pdfmetrics.stringWidth(word, *font) + gap

    def text(self, x: float, y: float, *lines: str) -> None:
        """Write lines of 240 points, the last one as long as it is."""
        for i, line in enumerate(lines):
            self.say(x, y - 12 * i, line, to=x + 240 if i < len(lines) - 1 else 0)

    def rule(self, x0: float, x1: float, y: float) -> None:
        self.canvas.line(x0, y, x1, y)

    def turn(self) -> None:
        self.canvas.showPage()

    def parsed(self) -> Parsed:
        self.canvas.save()
        return parse_pdf(self._file.getvalue())


def ids(parsed: Parsed) -> list[str]:
    return [f"{section.id} {section.title}" for section in parsed.sections]


@pytest.fixture
def sheet() -> Sheet:
    return Sheet()


def opening(sheet: Sheet, *, numbers: bool = True) -> None:
    """A title, addresses that begin with numbers, an abstract, two sections."""
    sheet.say(150, 740, "Trackers are Robust Learners", ("Times-Bold", 16))
    sheet.say(150, 720, "1 Example University 2 Another University")
    sheet.say(120, 690, "Abstract", BOLD)
    sheet.text(54, 676, *[f"Abstract line number {n} {WORDS}" for n in ("one", "two", "three")])
    sheet.say(54, 610, "1 Introduction" if numbers else "Introduction", BOLD)
    sheet.text(54, 594, f"Tracking is slow, {WORDS}", f"and phones are small, {WORDS}", "It is so.")
    sheet.text(64, 558, "1. Fast trackers are not a section.", "2. Nor are Small ones.")
    title = "Comparing Trackers on all of the Data"
    sheet.say(54, 520, f"2 {title}" if numbers else title, BOLD)
    sheet.say(54, 506, "Sets that We Have", BOLD)
    sheet.text(54, 490, f"We compare, {WORDS}", "and this ends.")


def test_headings_are_set_otherwise_than_addresses_and_list_items(sheet: Sheet) -> None:
    opening(sheet)
    sheet.say(54, 450, "References", BOLD)
    sheet.text(54, 434, "3. Author, A.: A Work that does not Exist.", "4. Other, B.: Neither.")
    parsed = sheet.parsed()
    assert ids(parsed) == [
        "Abstract Abstract",
        "§1 Introduction",
        "§2 Comparing Trackers on all of the Data Sets that We Have",
    ]
    assert parsed.has_references


def test_headings_without_numbers_are_set_alike(sheet: Sheet) -> None:
    opening(sheet, numbers=False)
    sheet.say(54, 460, "A Simple Baseline", ("Times-Bold", 11))
    sheet.text(54, 446, f"It is simple, {WORDS}", "as said.")
    sheet.say(54, 400, "Conclusion", BOLD)
    sheet.text(54, 386, f"We did it, {WORDS}", "and that is all.")
    sections = sheet.parsed().sections
    assert [(section.id, section.level) for section in sections] == [
        ("Abstract", 1),
        ("Introduction", 1),
        ("Comparing Trackers on all of the Data Sets that We Have", 1),
        ("A Simple Baseline", 2),
        ("Conclusion", 1),
    ]


def test_ieee_numbers_sections_in_capitals_and_slants_those_below(sheet: Sheet) -> None:
    sheet.text(54, 700, f"Abstract—We restore images, {WORDS}", "on a phone.")
    for y, number, title in ((660, "I", "INTRODUCTION"), (600, "II", "METHOD")):
        sheet.say(120, y, f"{number}. {title}")
        sheet.text(54, y - 14, f"This is about images, {WORDS}", "and so on.")
    sheet.say(54, 560, "A. Data of Ours", ITALIC)
    sheet.text(54, 546, f"There are images, {WORDS}", "many of them.")
    sheet.say(54, 510, "B. Loss", ITALIC)
    sheet.text(54, 496, f"There is a loss, {WORDS}", "and a B. Author.")
    assert ids(sheet.parsed()) == [
        "Abstract Abstract",
        "§I INTRODUCTION",
        "§II METHOD",
        "§II-A Data of Ours",
        "§II-B Loss",
    ]


def test_line_numbers_of_a_review_copy_are_no_text(sheet: Sheet) -> None:
    opening(sheet)
    for row in range(24):
        sheet.say(20, 690 - 12 * row, f"{row + 34:03}", ("Helvetica", 7))
    text = "\n".join(section.text for section in sheet.parsed().sections)
    assert "036" not in text
    assert f"Tracking is slow, {WORDS} and phones are small" in text


def test_columns_drawn_row_by_row_are_read_one_after_the_other(sheet: Sheet) -> None:
    for row in range(20):
        for x, side in ((54, "left"), (320, "right")):
            sheet.say(x, 700 - 12 * row, f"The {side} line {row} {WORDS}", to=x + 240)
    text = sheet.parsed().sections[0].text
    assert text.index("left line 19") < text.index("right line 0")


def test_a_footnote_does_not_cut_a_sentence(sheet: Sheet) -> None:
    opening(sheet)
    sheet.text(
        54, 120, f"We stop at the end of a page, {WORDS[:-1]}", f"and this sentence {WORDS[:-1]}"
    )
    sheet.say(54, 80, "1 A note that stands below.", ("Times-Roman", 8))
    sheet.turn()
    sheet.text(54, 700, f"goes on behind it, {WORDS}", "as it should.")
    text = sheet.parsed().sections[-1].text
    assert f"and this sentence {WORDS[:-1]} goes on behind it" in text
    assert "1 A note that stands below." in text.split("\n\n")


def test_a_table_between_rules_has_rows_below_its_heads(sheet: Sheet) -> None:
    opening(sheet)
    columns = (60, 160, 210, 260)
    sheet.text(54, 440, "Table 1: Results on two sets; higher is better.")
    for y in (430, 396, 350):
        sheet.rule(54, 294, y)
    sheet.say(190, 418, "ImageNet")
    sheet.rule(155, 240, 414)
    for x, head in zip(columns, ("Method", "FID", "IS", "Time"), strict=True):
        sheet.say(x, 402, head)
    rows = (("TinyTrack (ours)", "2.1", "301.5", "16"), ("Baseline", "3.4", "280.0", "1"))
    for y, row in zip((384, 372), rows, strict=True):
        for x, cell in zip(columns, row, strict=True):
            sheet.say(x, y, cell)
    sheet.text(54, 320, f"Table 1 shows, {WORDS}", "as one sees.")
    text = sheet.parsed().sections[-1].text
    assert (
        "Table 1: Results on two sets; higher is better.\n\n"
        "| Method | ImageNet FID | ImageNet IS | Time |\n| --- | --- | --- | --- |\n"
        "| TinyTrack (ours) | 2.1 | 301.5 | 16 |\n| Baseline | 3.4 | 280.0 | 1 |"
    ) in text
    assert f"Table 1 shows, {WORDS} as one sees." in text


def test_a_table_without_rules_is_known_by_its_columns(sheet: Sheet) -> None:
    opening(sheet)
    for y, row in ((440, ("Method", "PSNR")), (428, ("EDSR", "31.2")), (416, ("SwinIR", "32.0"))):
        for x, cell in zip((60, 160), row, strict=True):
            sheet.say(x, y, cell)
    sheet.text(54, 398, "Table 2. Restoration of noisy images.")
    sheet.text(54, 360, f"The text goes on, {WORDS}", "as before.")
    assert "| EDSR | 31.2 |\n| SwinIR | 32.0 |" in sheet.parsed().sections[-1].text


def test_a_name_between_two_rows_is_that_of_both(sheet: Sheet) -> None:
    opening(sheet)
    sheet.text(54, 450, "Table 3: One name for two rows.")
    for y in (440, 424, 390):
        sheet.rule(54, 294, y)
    for x, head in ((60, "Data"), (130, "Set"), (200, "mAP")):
        sheet.say(x, 428, head)
    sheet.say(60, 406, "Blurred")
    for y, cells in ((412, ("Rest.", "75.5")), (400, ("Deg.", "73.3"))):
        for x, cell in zip((130, 200), cells, strict=True):
            sheet.say(x, y, cell)
    assert (
        "| Blurred | Rest. | 75.5 |\n| Blurred | Deg. | 73.3 |" in sheet.parsed().sections[-1].text
    )


def test_a_power_of_ten_keeps_its_exponent(sheet: Sheet) -> None:
    opening(sheet)
    sheet.canvas.setFont("Times-Roman", 10)
    sheet.canvas.drawString(54, 440, "It takes 5 × 10")
    sheet.canvas.setFont("Times-Roman", 7)
    sheet.canvas.drawString(54 + pdfmetrics.stringWidth("It takes 5 × 10", *BODY), 444, "22")
    sheet.say(135, 440, "operations, and that is a whole sentence.")
    assert "5 × 10^22" in sheet.parsed().sections[-1].text


def test_a_chinese_thesis_has_chapters_and_no_table_of_contents(sheet: Sheet) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    font, larger = ("STSong-Light", 11), ("STSong-Light", 16)
    text = "这是一段中文正文，用来说明论文的主要内容和方法，并且足够长以至于占满一整行文字。"
    pages = (
        ("摘 要", text, text),
        ("目 录", "第 1 章 引言 . . . . . . . . . . 1", "1.1 背景 . . . . . . . . . . . . 2"),
        ("第 1 章 引言", text, "1.1 背景", text, "1.2 本文工作", text),
        ("第二章 方法", text, "2.1 网络", text),
        ("第 3 章 结论", text),
        ("参考文献", "[1] 张三. 一篇并不存在的论文. 2025."),
        ("附录 A 证明", text),
        ("致 谢", text),
    )
    for number, page in enumerate(pages):
        for row, line in enumerate(page):
            is_head = row == 0 or (line[0].isdigit() and " . " not in line)
            sheet.canvas.setFont(*(larger if is_head else font))
            sheet.canvas.drawString(
                70, 740 - 30 * row, line.replace("一段", "一二三四五六七八"[number])
            )
        sheet.turn()
    assert ids(sheet.parsed()) == [
        "Abstract Abstract",
        "§1 引言",
        "§1.1 背景",
        "§1.2 本文工作",
        "§2 方法",
        "§2.1 网络",
        "§3 结论",
        "Appendix A 证明",
    ]


def test_a_chinese_article_numbers_its_sections(sheet: Sheet) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    text = "这是一段中文正文，用来说明论文的主要内容和方法，并且足够长以至于占满一整行文字。"
    lines = (
        "摘要：本文提出一种方法。",
        text,
        "1 引言",
        text,
        "2 方法",
        text,
        "3 结论",
        text,
        "参考文献",
        text,
    )
    for row, line in enumerate(lines):
        sheet.canvas.setFont("STSong-Light", 14 if len(line) < 8 else 10)
        sheet.canvas.drawString(70, 740 - 20 * row, line)
    parsed = sheet.parsed()
    assert ids(parsed) == ["Abstract Abstract", "§1 引言", "§2 方法", "§3 结论"]
    assert parsed.sections[0].text.startswith("本文提出一种方法。")


def test_headings_may_be_smaller_or_carry_a_sign_and_bullets_are_none(sheet: Sheet) -> None:
    sheet.say(120, 690, "Abstract", BOLD)
    sheet.text(54, 676, f"A line of text, {WORDS}", "and so on.")
    sheet.say(54, 640, "§1 Introduction", BOLD)
    sheet.text(54, 626, f"Tracking is slow, {WORDS}", "it is.")
    sheet.say(54, 590, "• Hypothesis One", BOLD)
    sheet.say(54, 570, "1. The first of a list in bold type", ("Times-Bold", 10))
    sheet.say(54, 540, "§2 mAP and other Numbers", BOLD)
    sheet.text(54, 526, f"St´ephane counts, {WORDS}", "he does.")
    sheet.say(54, 490, "3. REFERENCES", ("Times-Bold", 8))
    sheet.text(54, 476, "[1] Nobody wrote this.")
    parsed = sheet.parsed()
    assert ids(parsed) == ["Abstract Abstract", "§1 Introduction", "§2 mAP and other Numbers"]
    assert "Stéphane" in parsed.sections[-1].text
    assert parsed.has_references


def test_a_line_below_many_heads_is_none_of_theirs(sheet: Sheet) -> None:
    """The short rule below two heads reaches over neither; rows without heads have empty ones."""
    opening(sheet)
    sheet.text(54, 450, "Table 4: Two heads above one rule.")
    for y in (440, 404, 370):
        sheet.rule(54, 294, y)
    sheet.rule(120, 290, 426)
    for x, head in ((140, "Mean"), (230, "Max")):
        sheet.say(x, 430, head)
    for y, cells in (
        (410, ("Runs", "a", "b")),
        (392, ("128", "6.4", "41.7")),
        (380, ("256", "7.1", "2")),
    ):
        for x, cell in zip((60, 140, 230), cells, strict=True):
            sheet.say(x, y, cell)
    sheet.text(54, 340, "Table 5: Counts.")
    for y, row in ((324, ("Jobs", "29,423")), (312, ("Days", "7,986"))):
        for x, cell in zip((60, 160), row, strict=True):
            sheet.say(x, y, cell)
    text = sheet.parsed().sections[-1].text
    assert "| Runs | Mean a | Max b |" in text
    assert "Table 5: Counts.\n\n|  |  |\n| --- | --- |\n| Jobs | 29,423 |" in text
