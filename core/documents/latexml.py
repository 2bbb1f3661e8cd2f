"""arXiv's HTML pages, made by LaTeXML, as sections.

One walk over the tree, without recursion: a page may nest ten thousand levels deep. Formulas are
read from `alttext` (the TeX), never from MathML, where every symbol stands twice. An equation is a
<table>, a table may be made of <span>s or stand in another's cell, a footnote's number stands three
times, and a subsection's text must not appear in its parent as well.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial

from selectolax.lexbor import LexborHTMLParser, LexborNode

from core.documents.clean import clean_text, one_line
from core.documents.hidden import as_style, has_background, is_hidden
from core.documents.latexml_cells import Table
from core.documents.latexml_tables import holds_results, markdown
from core.documents.latexml_tree import (
    called,
    classes_of,
    equation_row,
    formula_of,
    full_name,
    walk,
)
from core.documents.outline import ABSTRACT, Draft, Heading, Outline, Parsed, read_heading
from core.models.errors import TextUnavailable

_MAX_INPUT = 20_000_000
_FATAL = ("Conversion to HTML had a Fatal error", "HTML is not available for the source")
_SKIPPED_TAGS = frozenset(
    {"script", "style", "nav", "head", "footer", "button", "img", "object", "template"}
)
_SKIPPED = frozenset(
    {
        "ltx_authors", "ltx_dates", "ltx_bibliography", "ltx_ERROR", "ltx_TOC", "ltx_page_footer",
        "ltx_page_navbar", "ltx_pagination", "ltx_note_mark", "ltx_tag_note", "ltx_note_type",
        "ltx_role_footnotemark", "ltx_acknowledgements", "ltx_index", "ltx_rule", "ltx_phantom",
        "ltx_keywords", "ltx_classification", "ltx_role_thanks", "ltx_picture", "package-alerts",
        "ltx_missing_label",
    }
)  # fmt: skip
_LEVELS = {
    "ltx_part": 1, "ltx_chapter": 1, "ltx_section": 1, "ltx_appendix": 1, "ltx_subsection": 2,
    "ltx_subsubsection": 3, "ltx_paragraph": 4, "ltx_subparagraph": 5,
}  # fmt: skip
_RUN_IN = frozenset({"ltx_paragraph", "ltx_subparagraph"})
_SECTION_TITLES = frozenset(f"ltx_title_{name[4:]}" for name in _LEVELS.keys() - _RUN_IN)
_BLOCKS = frozenset(
    {"p", "div", "figure", "figcaption", "blockquote", "li", "dt", "dd", "ul", "ol", "dl",
     "section", "article", "h1", "h2", "h3", "h4", "h5", "h6", "table", "pre"}
)  # fmt: skip
_CELL_BREAKS = frozenset({"ltx_tr", "ltx_p", "ltx_td", "ltx_item", "ltx_break"})
_BLOCK_CLASSES = frozenset({"ltx_p", "ltx_para", "ltx_caption", "ltx_listingline", "ltx_theorem"})

_PARTED = {"cite": " ", "sup": "^", "sub": "_"}
"""Elements that change what is before them when they stick to it: 10⁴ is not 104."""
_RAISED = re.compile(r"[-−+]?\d")
_NAMES = frozenset({"ltx_tag_table", "ltx_tag_figure", "ltx_tag_float", "ltx_tag_listingline"})
_MOST_FLOATS = 3  # figures in a figure


def parse_latexml(html: str) -> Parsed:
    """Read a LaTeXML page. Raise `TextUnavailable` when it is none, or its conversion failed."""
    if any(sign in html for sign in _FATAL):
        raise TextUnavailable("the conversion to HTML failed")
    tree = LexborHTMLParser(html[:_MAX_INPUT])
    article = tree.css_first("article.ltx_document") or tree.css_first(".ltx_page_content")
    if article is None:
        raise TextUnavailable("no LaTeXML document on the page")
    reader = _Reader()
    reader.read(article)
    sections = reader.outline.sections()
    if not sections:
        raise TextUnavailable("the page holds no text")
    bibliography = article.css_first(".ltx_bibliography .ltx_bibitem") is not None
    return Parsed(
        sections,
        title=reader.title,
        front="\n".join(reader.outline.front),
        has_references=bibliography or reader.outline.has_references,
        is_cut="</article>" not in html and "</body>" not in html,
    )


class _Reader:
    """Follows enter and leave of every element; `_leaving` holds what to do on the way out."""

    def __init__(self) -> None:
        self.outline = Outline()
        self.title: str | None = None
        self._drafts: list[Draft | None] = []  # open sections; None while one is dropped
        self._line: list[str] = []  # the block being read
        self._mark = ""  # of a list item, waiting for its first block
        self._heading: list[str] | None = None
        self._tables: list[Table] = []  # open ones: one, or one in a cell of another
        self._inner: list[str] = []  # tables that stood in a cell, to follow the outer one
        self._floats: list[str] = []  # "Table 3": what the open figures and tables are called
        self._tag: int | None = None  # where in the line such a name began
        self._equation: list[str] | None = None
        self._on_background = False
        self._is_drawn = False  # inside a drawing, outside its boxes of text: labels of a plot
        self._attributes: dict[str, str | None] = {}
        self._classes: frozenset[str] = frozenset()

    def read(self, article: LexborNode) -> None:
        """Walk the whole article."""
        leaving: list[tuple[int, Callable[[], None]]] = []
        for node, depth in walk(article, self._wanted):
            while leaving and leaving[-1][0] >= depth:
                leaving.pop()[1]()
            leaving.extend((depth, action) for action in self._enter(node))
        while leaving:
            leaving.pop()[1]()
        self._flush()

    def _wanted(self, node: LexborNode) -> bool:
        """Whether to look into an element at all."""
        if node.tag in _SKIPPED_TAGS:
            return False
        self._attributes = attributes = node.attributes
        self._classes = classes = classes_of(attributes)
        if node.tag == "svg":
            return self._is_drawn or node.css_first(".ltx_minipage") is not None
        if self._is_drawn and is_hidden(as_style(attributes)):
            return False
        if classes & _SKIPPED and "ltx_section" not in classes:
            return False
        return not is_hidden(attributes, on_background=self._on_background)

    def _enter(self, node: LexborNode) -> Iterator[Callable[[], None]]:
        """Take note of a node; yield what must happen when its last child has been read."""
        if node.tag == "-text":
            self._say(node.text_content or "")
            return
        if node.tag == "svg" or (self._is_drawn and "ltx_minipage" in self._classes):
            self._flush()
            yield partial(self._leave_drawing, self._is_drawn)
            self._is_drawn = node.tag == "svg"
            return
        classes = self._classes  # of this node, like its attributes: just asked for
        if has_background(self._attributes):
            yield partial(setattr, self, "_on_background", self._on_background)
            self._on_background = True
        if node.tag == "math":
            self._say(formula_of(node, self._attributes))
        elif self._equation is None and classes & {"ltx_equation", "ltx_equationgroup"}:
            yield from self._enter_equation()
        elif self._equation is not None and "ltx_eqn_row" in classes:
            yield self._end_equation_row
        elif "ltx_tabular" in classes and self._may_open_table():
            yield from self._enter_table()
        elif self._tables:
            yield from self._enter_in_table(node)
        elif node.tag == "figure":
            yield from self._enter_float(node)
        elif classes & _LEVELS.keys():
            yield from self._enter_section()
        elif "ltx_abstract" in classes:
            yield from self._open(Heading(ABSTRACT, ABSTRACT, 1), 1)
        elif "ltx_title" in classes:
            yield from self._enter_title()
        else:
            yield from self._enter_other(node)

    # Text

    def _say(self, text: str) -> None:
        """Put text where text goes now."""
        if (pieces := self._pieces()) is not None:
            pieces.append(text)

    def _pieces(self) -> list[str] | None:
        if self._is_drawn:
            return None
        if self._heading is not None:
            return self._heading
        if self._equation is not None:
            return self._equation
        return self._tables[-1].cell if self._tables else self._line

    def _flush(self) -> None:
        """End the block being read, unless what is read is a heading, table or formula."""
        if self._heading is not None or self._equation is not None:
            return
        block = one_line(clean_text("".join(self._line)))
        self._line.clear()
        if self._floats and not any(c.isalpha() for c in block):
            return  # ". 3": what an unknown command left of its arguments
        if block:
            self._add(self._mark + block)
            self._mark = ""

    def _add(self, block: str) -> None:
        if not self._drafts:
            self.outline.add(block)
        elif (draft := self._drafts[-1]) is not None:
            draft.blocks.append(block)

    def _leave_drawing(self, was_drawn: bool) -> None:
        self._flush()
        self._is_drawn = was_drawn

    def _enter_other(self, node: LexborNode) -> Iterator[Callable[[], None]]:
        classes = self._classes
        if "ltx_tag_item" in classes:
            self._heading = []  # the mark of a list item: "•", "1."
            yield self._end_item_mark
        elif "ltx_note_content" in classes:
            self._say(" [")
            yield lambda: self._say("]")
        elif node.tag == "br" or "ltx_break" in classes:
            self._say(" ")
        elif node.tag in _PARTED:
            self._part(node, _PARTED[node.tag])
        elif self._tag is None and classes & _NAMES:
            self._tag = len(self._line)
            yield self._end_float_tag
        elif node.tag in _BLOCKS or classes & _BLOCK_CLASSES:
            self._flush()
            yield self._flush

    def _part(self, node: LexborNode, sign: str) -> None:
        """Keep what is printed smaller, or in brackets, apart from the word it stands behind."""
        pieces = self._pieces()
        last = pieces[-1][-1:] if pieces else ""
        child = node.child if sign != " " else None
        is_number = child is not None and _RAISED.match(child.text_content or "") is not None
        if pieces and (last.isdigit() and is_number if sign != " " else last.isalnum()):
            pieces.append(sign)

    def _enter_float(self, node: LexborNode) -> Iterator[Callable[[], None]]:
        self._flush()
        self._floats.append(called(node) if len(self._floats) < _MOST_FLOATS else "")
        yield self._leave_float

    def _leave_float(self) -> None:
        self._flush()
        self._floats.pop()

    def _end_float_tag(self) -> None:
        start, self._tag = self._tag, None
        name = full_name("".join(self._line[start:]), self._floats[:_MOST_FLOATS])
        self._line[start:] = [name, " "]

    def _end_item_mark(self) -> None:
        mark = self._take_heading()
        self._flush()
        self._mark = f"{mark} " if any(c.isalnum() for c in mark) else "- "

    # Sections

    def _enter_section(self) -> Iterator[Callable[[], None]]:
        level = min(_LEVELS[name] for name in self._classes & _LEVELS.keys())
        if self._classes & _RUN_IN:
            return  # its title runs into the parent's text; a numbered one is rare
        if "ltx_appendix" in self._classes:
            self.outline.in_appendix = True
        # Without a heading yet: its title element, if there is one, comes first.
        yield from self._open(Heading("", "", level), level)

    def _open(self, heading: Heading, level: int) -> Iterator[Callable[[], None]]:
        self._flush()
        draft: Draft | None = None
        if not self._drafts or self._drafts[-1] is not None:  # what is in a dropped one goes too
            draft = self.outline.open("", level=level, heading=heading)
        self._drafts.append(draft)
        yield self._close

    def _close(self) -> None:
        self._flush()
        self._drafts.pop()

    def _enter_title(self) -> Iterator[Callable[[], None]]:
        self._flush()
        self._heading = []
        yield partial(self._end_title, self._classes)

    def _end_title(self, classes: frozenset[str]) -> None:
        text = self._take_heading()
        if "ltx_title_document" in classes:
            self.title = text or None
        elif classes & _SECTION_TITLES:
            self._name_section(text)
        elif text and "ltx_title_abstract" not in classes:
            # A paragraph's or theorem's title is a block of its own, no part of a sentence.
            self._add(text)

    def _take_heading(self) -> str:
        text = one_line(clean_text("".join(self._heading or ())))
        self._heading = None
        return text

    def _name_section(self, text: str) -> None:
        draft = self._drafts[-1] if self._drafts else None
        if draft is None or draft.heading.title:
            return
        self.outline.rename(draft, read_heading(text, in_appendix=self.outline.in_appendix))
        if draft.dropped:
            self._drafts[-1] = None

    # Formulas and tables

    def _enter_equation(self) -> Iterator[Callable[[], None]]:
        self._flush()
        self._equation = []
        yield self._end_equation

    def _end_equation_row(self) -> None:
        """One row is one formula, however many cells it was aligned in."""
        if self._equation is None:
            return
        text, self._equation = equation_row("".join(self._equation)), None
        if text and self._heading is None:
            (self._say if self._tables else self._add)(text)
        self._equation = []

    def _end_equation(self) -> None:
        self._end_equation_row()
        self._equation = None

    def _may_open_table(self) -> bool:
        is_free = self._equation is None and self._heading is None
        return is_free and (
            not self._tables or (len(self._tables) == 1 and self._tables[0].cell is not None)
        )

    def _enter_table(self) -> Iterator[Callable[[], None]]:
        if not self._tables:
            self._flush()
        self._tables.append(Table())
        yield self._end_table

    def _enter_in_table(self, node: LexborNode) -> Iterator[Callable[[], None]]:
        table, classes = self._tables[-1], self._classes
        if table.cell is not None:
            # Deeper tables and paragraphs inside cells: their text belongs to the cell.
            if node.tag == "br" or classes & _CELL_BREAKS:
                self._say(" ")
            elif node.tag in _PARTED:
                self._part(node, _PARTED[node.tag])
        elif "ltx_tr" in classes:
            table.rows.append([])
        elif "ltx_td" in classes or "ltx_th" in classes:
            table.start_cell(self._attributes)
            yield table.end_cell

    def _end_table(self) -> None:
        table = self._tables.pop()
        if not self._tables:
            for block in filter(None, (markdown(table), *self._inner)):
                self._add(block)
            self._inner.clear()
        elif holds_results(table):
            self._inner.append(markdown(table))
        else:
            self._say(f" {table.words()} ")
