"""The figures of an arXiv HTML page: what each shows, says, and where it stands. Pure.

LaTeXML writes `<figure class="ltx_figure">` with `<img>`s and a caption; sub-figures are figures
inside. Tables, algorithms and listings are figures of other classes; a figure drawn with TikZ is an
<svg> and gives nothing to send; and a page is a stranger's, so where its pictures lie is looked at
before anybody fetches them.
"""

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from core.documents.clean import clean_text, one_line
from core.documents.hidden import is_hidden
from core.documents.latexml_tree import classes_of, formula_of, walk

_MAX_INPUT = 20_000_000
_MOST_FIGURES = 200
_DEEPEST = 200
"""Ancestors looked at; a real figure lies some ten levels deep."""
_TINY = 80
"""Pixels: what is smaller in either direction is a logo or an icon in the text."""
_MOST_OF_IT = 0.6
"""The share of a figure's area from which on one picture stands for the figure."""
_MAX_CAPTION = 4_000
_RASTER = re.compile(r"\.(?:png|jpe?g|gif|webp)$", re.IGNORECASE)
_OTHER_FLOATS = frozenset(
    {"ltx_table", "ltx_float", "ltx_algorithm", "ltx_lstlisting", "ltx_bibliography"}
)
_SECTIONS = frozenset({"ltx_section", "ltx_appendix", "ltx_chapter"})
_NUMBER = re.compile(r"(?:Figure|Fig\.?)\s*(?P<number>[A-Z]?\.?[0-9]{1,3}(?:\.[0-9]{1,2})?)", re.I)


@dataclass(frozen=True)
class Picture:
    url: str
    width: int | None
    """In pixels of the page; None where the page does not say."""
    height: int | None

    @property
    def area(self) -> int:
        """How much of the page it covers; 0 when that is not known."""
        return (self.width or 0) * (self.height or 0)


@dataclass(frozen=True)
class Figure:
    """A figure with what it shows, its sub-figures as one."""

    number: str | None
    """As the caption states it: "1", "A.2"."""
    caption: str
    """Plain, without "Figure 1: "; formulas as $TeX$."""
    pictures: tuple[Picture, ...]
    anchor: str | None
    """Its id on the page."""
    section: str
    """The title of the section it stands in, without number; "" before the first one."""
    position: int
    """Its place among the page's figures, from 0."""
    is_appendix: bool = False
    is_mixed: bool = False
    """Part of it is drawn by the page itself, so that its pictures are not the whole."""

    @property
    def picture(self) -> Picture | None:
        """The one picture that is the figure; None where it is made of several alike."""
        if self.is_mixed:
            return None
        if len(self.pictures) == 1:
            return self.pictures[0]
        total = sum(picture.area for picture in self.pictures)
        largest = max(self.pictures, key=lambda picture: picture.area)
        return largest if total and largest.area >= _MOST_OF_IT * total else None


def figures_of(html: str, page_url: str) -> tuple[Figure, ...]:
    """Return a page's figures in order; those without a picture to fetch are left out.

    `page_url` is where the page came from, after redirects. Pictures of another site than that,
    or outside the page's own folder, do not count.
    """
    tree = LexborHTMLParser(html[:_MAX_INPUT])
    base = _base(tree, page_url)
    found: list[Figure] = []
    for node in tree.css("figure.ltx_figure")[:_MOST_FIGURES]:
        above = _ancestors(node)
        if above is None or _is_part_of_another(above) or _is_unseen(node, above):
            continue
        figure = _figure(node, above, base, page_url, len(found))
        if figure is not None:
            found.append(figure)
    return tuple(found)


def _figure(
    node: LexborNode, above: list[LexborNode], base: str, page_url: str, position: int
) -> Figure | None:
    pictures: list[Picture] = []
    captions: list[LexborNode] = []
    is_mixed = False
    for part, depth in walk(node, lambda part: not is_hidden(part.attributes)):
        if part.tag == "img":
            picture, is_drawn = _picture(part, base, page_url)
            is_mixed = is_mixed or is_drawn
            if picture is not None:
                pictures.append(picture)
        elif part.tag in ("svg", "object"):
            is_mixed = True
        elif part.tag == "figcaption" and depth and not _within_panel(part, node):
            captions.append(part)
    if not pictures:
        return None
    number, caption = _caption(captions[-1]) if captions else (None, "")
    section = next((each for each in above if classes_of(each.attributes) & _SECTIONS), None)
    return Figure(
        number=number,
        caption=caption,
        pictures=tuple(pictures),
        anchor=node.attributes.get("id"),
        section=_title(section) if section is not None else "",
        position=position,
        is_appendix=any("ltx_appendix" in classes_of(each.attributes) for each in above),
        is_mixed=is_mixed,
    )


def _ancestors(node: LexborNode) -> list[LexborNode] | None:
    """Return the elements around, the nearest first; None for one that lies absurdly deep."""
    above: list[LexborNode] = []
    parent = node.parent
    while parent is not None and parent.tag not in ("html", "-document", "-undef"):
        if len(above) == _DEEPEST:
            return None
        above.append(parent)
        parent = parent.parent
    return above


def _is_part_of_another(above: list[LexborNode]) -> bool:
    return any(
        each.tag == "figure" or classes_of(each.attributes) & _OTHER_FLOATS for each in above
    )


def _is_unseen(node: LexborNode, above: list[LexborNode]) -> bool:
    return any(is_hidden(each.attributes) for each in (node, *above))


def _within_panel(part: LexborNode, whole: LexborNode) -> bool:
    """Whether a caption is a sub-figure's: there is another figure between it and the whole."""
    parent = part.parent
    while parent is not None and parent.tag != "figure":
        parent = parent.parent
    return parent is not None and parent.mem_id != whole.mem_id


def _base(tree: LexborHTMLParser, page_url: str) -> str:
    """Return what the page's relative addresses count from: its <base>, else its own folder."""
    stated = tree.css_first("base[href]")
    if stated is not None and (href := stated.attributes.get("href")):
        return urljoin(page_url, href)
    # "/html/2602.20981v1" is the folder of its pictures, though it does not end with a slash.
    return page_url if page_url.endswith(("/", ".html")) else page_url + "/"


def _picture(node: LexborNode, base: str, page_url: str) -> tuple[Picture | None, bool]:
    """Return an image worth showing, and whether something worth showing cannot be fetched."""
    attributes = node.attributes
    width, height = (_pixels(attributes.get(side)) for side in ("width", "height"))
    if any(side is not None and side < _TINY for side in (width, height)):
        return None, False
    source = (attributes.get("src") or "").strip()
    url = _address(source, base, page_url)
    if url is None or not _RASTER.search(urlsplit(url).path):
        return None, bool(source)
    return Picture(url, width, height), False


def _address(source: str, base: str, page_url: str) -> str | None:
    """Return where an image lies; None where no page of arXiv's has its own."""
    if not source or source.startswith("data:"):
        return None
    page = urlsplit(page_url)
    try:
        # Newer pages write "2602.20981v1/x1.png", which counts from the folder above.
        folder = page.path.rstrip("/").rpartition("/")[2]
        whole = urljoin(page_url if folder and source.startswith(f"{folder}/") else base, source)
        parts = urlsplit(whole)
    except ValueError:
        return None
    root = page.path.rstrip("/").rpartition("/")[0] + "/"
    is_own = (parts.scheme, parts.netloc) == (page.scheme, page.netloc)
    return whole if is_own and parts.path.startswith(root) else None


def _pixels(value: str | None) -> int | None:
    digits = re.match(r"\s*+([0-9]{1,5})(?:\.[0-9]++)?\s*+(?:px)?\s*+$", value or "")
    return int(digits[1]) if digits else None


def _caption(node: LexborNode) -> tuple[str | None, str]:
    """Return a caption's number and its words."""
    said = one_line(clean_text(_plain(node)))[:_MAX_CAPTION]
    tag = node.css_first(".ltx_tag")
    label = one_line(clean_text(tag.text())) if tag is not None else ""
    match = _NUMBER.match(label or said)
    if label:
        said = said.removeprefix(label)
    elif match:
        said = said[match.end() :]
    return (match["number"] if match else None), said.lstrip(" .:–—|").strip()


def _plain(node: LexborNode) -> str:
    parts = []
    for part, _ in walk(node, lambda part: not is_hidden(part.attributes)):
        if part.tag == "-text":
            parts.append(part.text_content or "")
        elif part.tag == "math":
            parts.append(formula_of(part, part.attributes))
        elif part.tag == "br":
            parts.append(" ")
    return "".join(parts)


def _title(section: LexborNode) -> str:
    for child in section.iter():
        if "ltx_title" in classes_of(child.attributes):
            text = one_line(clean_text(_plain(child)))
            return re.sub(r"^(?:Appendix\s+)?[A-Z0-9]{1,4}(?:\.[0-9]+)*\.?\s+(?=\S)", "", text)
    return ""
