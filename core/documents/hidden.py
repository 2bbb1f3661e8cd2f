"""Text a reader of the page would never see must not reach a model either.

A simple defence: inline styles that hide an element (not displayed, no size, white on white).
Style sheets are not read. White text counts as hidden only without a background of its own:
papers print white figures into coloured table cells.
"""

import re
from collections.abc import Mapping

_ZERO = r"(?:0++(?:\.0++)?|\.0++)"
_NEXT = r"(?:\s*+,\s*|\s+)"
_HIDING = re.compile(
    r"display\s*:\s*none"
    r"|visibility\s*:\s*(?:hidden|collapse)"
    rf"|font-size\s*:\s*{_ZERO}(?:\s*+[a-z%]++)?\s*+(?:;|!|$)"
    rf"|opacity\s*:\s*{_ZERO}\s*+(?:;|!|%|$)"
)
_WHITE = re.compile(
    r"(?:^|;|\s)(?:--ltx-fg-color|color)\s*:\s*"
    r"(?:white\b|#fff(?:fff)?(?![0-9a-f])"
    rf"|rgba?\(\s*255{_NEXT}255{_NEXT}255|rgba?\([^)]{{0,100}},\s*0?\.?0\s*\)|transparent\b)"
)
_BACKGROUND = re.compile(r"(?:background(?:-color)?|--ltx-bg-color)\s*:")


def has_background(attributes: Mapping[str, str | None]) -> bool:
    """Whether an element paints its own background."""
    style = (attributes.get("style") or "").lower()
    return "bgcolor" in attributes or _BACKGROUND.search(style) is not None


_DRAWN = ("display", "visibility", "opacity", "font-size", "color")


def as_style(attributes: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return a drawing's attributes, which may say what a style does, as a style."""
    said = [f"{name}:{attributes[name]}" for name in _DRAWN if name in attributes]
    return {**attributes, "style": ";".join([attributes.get("style") or "", *said])}


def is_hidden(attributes: Mapping[str, str | None], *, on_background: bool = False) -> bool:
    """Whether these attributes hide the element; `on_background` when an ancestor paints one."""
    if "hidden" in attributes:
        return True
    style = (attributes.get("style") or "").lower()
    if not style:
        return False
    if _HIDING.search(style):
        return True
    return _WHITE.search(style) is not None and not on_background and not has_background(attributes)


_TAG = re.compile(
    r"<(/?)(a|abbr|b|br|center|cite|code|details|div|em|figcaption|figure|font|h[1-6]|hr|i|img|"
    r"input|li|mark|ol|p|pre|script|small|span|strong|style|sub|summary|sup|table|tbody|td|"
    r"template|th|thead|tr|u|ul|wbr)((?:\s++[a-z][\w:-]*+){1,20}(?:\s*=[^<>]{0,2000}+)?)?\s*+(/?)>",
    re.IGNORECASE,
)
_VOID = {"br", "hr", "img", "input", "wbr"}
_UNSEEN = {"script", "style", "template"}
_BREAKS = {"br", "p", "div", "li", "tr", "hr"}
_STYLE = re.compile(r"style\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)


def strip_tags(text: str) -> str:
    """Return `text` without HTML tags, comments and what hidden elements hold.

    Only known tags count, so that `$a<b$` stays. A hidden element that is never closed hides
    the rest, as in a browser.
    """
    text = _without_comments(text)
    kept: list[str] = []
    hiding: list[str] = []  # names of the open tags since, and including, the one that hides
    position = 0
    for tag in _TAG.finditer(text):
        if not hiding:
            kept.append(text[position : tag.start()])
        position = tag.end()
        closing, name = bool(tag[1]), tag[2].lower()
        if hiding:
            _follow(hiding, name, closing=closing, empty=bool(tag[4]))
        elif not closing and name not in _VOID and (name in _UNSEEN or _hides(tag[3] or "")):
            hiding.append(name)
        elif name in _BREAKS:
            kept.append("\n")
    if not hiding:
        kept.append(text[position:])
    return "".join(kept)


def _follow(hiding: list[str], name: str, *, closing: bool, empty: bool) -> None:
    if closing:
        if name in hiding:
            while hiding.pop() != name:
                pass
    elif name not in _VOID and not empty and len(hiding) < 1000:
        hiding.append(name)


def _hides(attributes: str) -> bool:
    style = _STYLE.search(attributes)
    given: dict[str, str | None] = {}
    if style:
        given["style"] = style[1] or style[2] or ""
    if re.search(r"(?:^|\s)hidden(?:\s|=|$)", attributes, re.IGNORECASE):
        given["hidden"] = ""
    return is_hidden(given)


def _without_comments(text: str) -> str:
    parts = text.split("<!--")
    # A comment that is never closed is text: "<!--" alone is a typing slip, not a curtain.
    kept = [part.split("-->", 1)[1] if "-->" in part else "<!--" + part for part in parts[1:]]
    return parts[0] + "".join(kept)
