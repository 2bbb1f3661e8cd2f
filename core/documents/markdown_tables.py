"""Tables in Markdown: rows of pipes put right, and HTML ones turned into them.

Converters of PDFs (marker) lose the line below the heads, put several rows into one with <br>
between their cells, and a line over the whole width in the heads' place.
"""

import re
from collections.abc import Callable, Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

from core.documents.hidden import is_hidden, strip_tags
from core.documents.latexml_cells import Table
from core.documents.latexml_tables import markdown
from core.documents.latexml_tree import walk

_PIPE = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"(?=[^-]*+-)\s*+\|?(?>(?:\s*+:?-++:?\s*+\|)*)\s*+(?>(?::?-++:?\s*+\|?)?)\s*+")
_BREAK = re.compile(r"(?<!\s)\s*+<br\s*+/?>\s*+", re.IGNORECASE)
_ARRAY = re.compile(r"\$?\\begin\{array\}\{[^{}]*\}(.*)\\end\{array\}\$?")
_FRACTION = re.compile(r"\$\\frac\{([\d.]+)\}\{([\d.]+)\}\$")
_BOLD = re.compile(r"</?b>|\*\*")
_LINES = re.compile(r"\\\\|\\ ")
_NUMBER = re.compile(r"[^\w]{0,4}\d[\d.,]*[^\w]{0,4}")
_HIDDEN_TAGS = frozenset({"script", "style", "template"})


def is_rule(line: str) -> bool:
    """Whether a line parts heads from rows: "|---|:-:|"."""
    return "|" in line and "-" in line and _RULE.fullmatch(line) is not None


def is_table(lines: Sequence[str]) -> bool:
    """Whether lines are a table: all begin with a pipe, or the second parts heads from rows."""
    return all(line.lstrip().startswith("|") for line in lines) or (
        len(lines) > 1 and is_rule(lines[1]) and all("|" in line for line in lines)
    )


def table(lines: Sequence[str], clean: Callable[[str], str]) -> str:
    """Return the rows with every cell cleaned, the first as the heads."""
    rows = [row for line in lines if not is_rule(line) for row in _parted(_cells(line))]
    rows = [[clean(strip_tags(cell)).replace("\n", " ") for cell in row] for row in rows]
    rows = [row for row in rows if any(row)]
    width = max(map(len, rows), default=0)
    rows = [row + [""] * (width - len(row)) for row in rows]
    used = [any(row[i] for row in rows) for i in range(width)]
    rows = [[cell for cell, is_used in zip(row, used, strict=True) if is_used] for row in rows]
    if not rows:
        return ""
    first = next((i for i, row in enumerate(rows) if sum(map(bool, row)) > 1), 0)
    heads, body = rows[first], rows[:first] + rows[first + 1 :]
    if body and _goes_on(heads, body[0]):
        heads = _joined(heads, body.pop(0))
    shown = [f"| {' | '.join(row)} |" for row in (heads, *body)]
    return "\n".join([shown[0], "|" + " --- |" * len(heads), *shown[1:]])


def _goes_on(heads: list[str], row: list[str]) -> bool:
    """Whether a row is heads below heads that reach over several columns."""
    reaches = any(lower and not upper for upper, lower in zip(heads, row, strict=True))
    return reaches and not row[0] and not any(map(_NUMBER.fullmatch, row))


def _joined(heads: list[str], below: list[str]) -> list[str]:
    joined: list[str] = []
    reaching = ""
    for head, lower in zip(heads, below, strict=True):
        reaching = head or reaching
        joined.append(f"{reaching} {lower}".strip() if lower else head)
    return joined


def _cells(line: str) -> list[str]:
    """Return a line's cells; a bar inside a formula parts none."""
    bare = line.strip()
    bare = bare.removeprefix("|")
    bare = bare[:-1] if bare.endswith("|") and not bare.endswith("\\|") else bare
    cells: list[str] = []
    for piece in _PIPE.split(bare):
        if cells and cells[-1].count("$") % 2 and piece.count("$") % 2:
            cells[-1] += f"\\|{piece}"
        else:
            cells.append(piece)
    return [cell.strip() for cell in cells]


def _parted(cells: list[str]) -> list[list[str]]:
    """Cut a row that is several: two cells or more have equally many lines, some of numbers."""
    lines = [_lines(cell) for cell in cells]
    most = max(map(len, lines), default=1)
    many = [parts for parts in lines if len(parts) == most]
    is_several = most > 1 and len(many) > 1
    if not is_several or not any(all(map(_NUMBER.fullmatch, parts)) for parts in many):
        return [[_BREAK.sub(" ", cell) for cell in cells]]
    return [
        [_part(cell, parts, n, most) for cell, parts in zip(cells, lines, strict=True)]
        for n in range(most)
    ]


def _part(cell: str, parts: list[str], n: int, most: int) -> str:
    """Return the `n`th row's share of a cell; a name alone is every row's."""
    if len(parts) == most:
        return parts[n]
    words = _BOLD.sub("", cell).split()
    if len(words) == most and all(map(_NUMBER.fullmatch, words)):
        return words[n]
    is_name = len(parts) == 1 and not _NUMBER.fullmatch(cell)
    return cell if is_name or n == 0 else ""


def _lines(cell: str) -> list[str]:
    """Return the lines of a cell, whether <br> parts them, TeX, or a misread fraction."""
    plain = _BOLD.sub("", cell)
    if stacked := _FRACTION.fullmatch(plain):
        return [stacked[1], stacked[2]]
    array = _ARRAY.fullmatch(plain)
    inside = array[1] if array else plain.strip("$") if plain.count("$") == 2 else ""
    if array or "\\\\" in inside:
        parts = [part.strip() for part in _LINES.split(inside) if part.strip()]
        return [part if _NUMBER.fullmatch(part) else f"${part}$" for part in parts] or [""]
    return _BREAK.split(plain)


# HTML


def html_table(html: str, clean: Callable[[str], str]) -> str:
    """Return an HTML table as Markdown rows; "" for an empty one."""
    root = LexborHTMLParser(html).css_first("table")
    if root is None:
        return ""
    result = Table()

    def wanted(node: LexborNode) -> bool:
        return node.tag not in _HIDDEN_TAGS and not is_hidden(node.attributes)

    open_at: int | None = None
    for node, depth in walk(root, wanted):
        if open_at is not None and depth <= open_at:
            _end(result, clean)
            open_at = None
        if node.tag == "-text":
            if result.cell is not None:
                result.cell.append(node.text_content or "")
        elif open_at is not None:
            (result.cell or []).append(" ")
        elif node.tag == "tr":
            result.rows.append([])
        elif node.tag in {"td", "th"}:
            result.start_cell({**node.attributes, "class": _as_head(node)})
            open_at = depth
    if open_at is not None:
        _end(result, clean)
    return markdown(result)


def _end(result: Table, clean: Callable[[str], str]) -> None:
    result.cell = [clean("".join(result.cell or ()))]
    result.end_cell()


def _as_head(node: LexborNode) -> str:
    return "ltx_th_column" if node.tag == "th" else ""
