"""The tree below a LaTeXML page: its nodes in order, a formula's TeX, a caption's name."""

import re
from collections.abc import Callable, Iterator, Sequence

from selectolax.lexbor import LexborNode

from core.documents.clean import clean_text, one_line

_MAX_NODES = 500_000  # a long paper has 50,000, without what is inside its formulas


def walk(
    root: LexborNode, wanted: Callable[[LexborNode], bool]
) -> Iterator[tuple[LexborNode, int]]:
    """Yield nodes in document order with their depth; do not enter unwanted ones."""
    stack: list[tuple[LexborNode | None, int]] = [(root, 0)]
    left = _MAX_NODES
    while stack:
        node, depth = stack.pop()
        while node is not None and left:
            left -= 1
            following = node.next if depth else None
            if node.tag == "-text":
                yield node, depth
            elif not (node.tag or "-").startswith("-") and wanted(node):
                yield node, depth
                if node.tag != "math" and (child := node.child) is not None:
                    stack.append((following, depth))
                    following, depth = child, depth + 1
            node = following


def classes_of(attributes: dict[str, str | None]) -> frozenset[str]:
    """Return an element's classes."""
    return frozenset((attributes.get("class") or "").split())


_DOLLARS = re.compile(r"\$([^$]+)\$")
_UNPRINTED = re.compile(
    r"(?:\\(?:(?:page)?color\s*(?:\[\w{0,20}\])?\{[^{}]{0,80}\}"
    r"|definecolor\s*(?:\[\w{0,20}\])?(?:\{[^{}]{0,80}\}){3}"
    r"|(?:m?kern|[hm]skip)\s?-?[\d.]{1,20}\s?(?:pt|em|ex|mu|mm|cm|in|sp)?"
    r"|(?:[hv]space\*?|label|[hv]?phantom)\s*\{[^{}]{0,100}\}"
    r"|(?:(?:display|text|script|scriptscript)style|tiny|scriptsize|footnotesize|small|normalsize"
    r"|[lL]arge|LARGE|[hH]uge|nonumber|notag|allowbreak|nobreak|strut|centering)(?![A-Za-z]))\s*)+"
)
_SPREAD = re.compile(r"(?<=[\d}])[_^]\{\\pm\s?([\d.]{1,20})\}")
_CONTINUED = re.compile(r"%\s*\n\s*")  # LaTeXML breaks long alttexts with a TeX comment


def equation_row(row: str) -> str:
    """Return one row of an equation, of however many cells, as one formula and its number."""
    parts = _DOLLARS.findall(row)
    number = one_line(_DOLLARS.sub(" ", row))
    formula = " ".join(part.strip() for part in parts)
    return f"${formula}$ {number}".strip() if parts else number


def formula_of(node: LexborNode, attributes: dict[str, str | None]) -> str:
    """Return a formula as $TeX$, from `alttext` or the annotation; "" without any."""
    tex = attributes.get("alttext")
    if tex is None:
        annotation = node.css_first("annotation[encoding='application/x-tex']")
        tex = (annotation or node).text()
    tex = _UNPRINTED.sub(_gap, clean_text(_CONTINUED.sub("", tex)).replace("$", ""))
    tex = _SPREAD.sub(r" \\pm \1", one_line(tex.replace(r"\begin{array}[]", r"\begin{array}")))
    return f"${tex}$" if tex else ""


def _gap(found: re.Match[str]) -> str:
    """Keep a command and the letter behind it apart where what stood between them goes."""
    start, end = found.span()
    before, after = found.string[max(start - 1, 0) : start], found.string[end : end + 1]
    return " " if before.isalpha() and after.isalpha() else ""


_TABLE = re.compile(r"Table\b|Tab\b|表", re.IGNORECASE)
_PART = re.compile(r"\(?([a-z])\)?[.:]?")


def called(node: LexborNode) -> str:
    """Return what a figure or table is called, "Table 3", wherever its caption stands."""
    caption = _child(node, "ltx_caption")
    tag = _child(caption, "ltx_tag") if caption is not None else None
    return one_line(tag.text()).rstrip(" .:") if tag is not None else ""


def _child(node: LexborNode, name: str) -> LexborNode | None:
    return next((child for child in node.iter() if name in classes_of(child.attributes)), None)


def full_name(tag: str, floats: Sequence[str]) -> str:
    """Return a caption's name in full: "Table 3:", and "Table 3a:" for a part of a table."""
    tag = one_line(tag)
    part, table = _PART.fullmatch(tag), next(filter(_TABLE.match, floats), "")
    name = f"{table}{part[1]}" if part and table else tag
    return name if not name or name[-1] in ".:)" else f"{name}:"
