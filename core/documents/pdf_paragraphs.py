"""Lines of a PDF joined into paragraphs: where one ends, and which hyphens belong to a word."""

import re
from collections.abc import Iterator, Sequence


def usual_width(lines: Sequence[str]) -> int:
    """Length of a full line: nine in ten are not longer."""
    lengths = sorted(len(line) for line in lines)
    return lengths[len(lengths) * 9 // 10] if lengths else 0


_CAPTION = re.compile(r"(?:Figure|Fig\.|Table|Algorithm|图|表)\s*\d+\s*[:.|]")
_ITEM = re.compile(r"(?:[•‣▪◦]|\(?\d{1,2}[.)])\s+\S")
_ENDS = re.compile(r"[.!?。！？][\"'”’)\]]*$")


def paragraphs(lines: Sequence[str], width: int) -> Iterator[str]:
    """Join lines into paragraphs; runs of short lines (labels, tables) stay lines of one block."""
    paragraph: list[str] = []
    debris: list[str] = []
    for line in lines:
        starts = bool(_CAPTION.match(line) or _ITEM.match(line))
        if not starts and not paragraph and _is_debris(line, width):
            debris.append(line)
            continue
        if debris:
            yield _lines(debris)
            debris = []
        if starts and paragraph:
            yield _join(paragraph)
            paragraph = []
        paragraph.append(re.sub(r"^[•‣▪◦]\s+", "- ", line))
        if _ENDS.search(line) and len(line) < 0.85 * width:
            yield _join(paragraph)
            paragraph = []
    if debris:
        yield _lines(debris)
    if paragraph:
        yield _join(paragraph)


def _lines(debris: Sequence[str]) -> str:
    """Keep lines that may be a table; a figure's labels, many and short, say nothing."""
    is_labels = len(debris) >= 8 and sum(map(len, debris)) < 20 * len(debris)
    return "" if is_labels else "\n".join(debris)


def _is_debris(line: str, width: int) -> bool:
    """A line that begins no paragraph: a figure's label, a table's row, half a formula."""
    if _ENDS.search(line) and len(line) > 0.4 * width:
        return False
    letters = sum(character.isalpha() for character in line)
    return len(line) < 0.55 * width or letters < 0.5 * len(line)


_HYPHEN = re.compile(r"[A-Za-z]-")
_WORD = 60
"""Characters at the end of a text that its last word is looked for in."""


def _join(lines: Sequence[str]) -> str:
    """Join a paragraph's lines; mend words broken at a line's end."""
    text = ""
    for line in lines:
        broken = _HYPHEN.fullmatch(text[-2:])
        if not text:
            text = line
        elif broken and line[:1].islower():
            text = text + line if _keeps_hyphen(text, line) else text[:-1] + line
        elif _is_cjk(text[-1]) and _is_cjk(line[0]):
            text += line
        else:
            text += f" {line}"
    return text


_HYPHENATED = {"self", "non", "pre", "semi", "multi", "cross", "state", "end", "real", "low",
               "high", "well", "large", "long", "short", "zero", "one", "two", "few", "fine",
               "text", "image", "plug", "off", "so", "data", "time", "co"}  # fmt: skip
_AFTER_HYPHEN = {"based", "aware", "free", "level", "wise", "specific", "driven", "guided", "style",
                 "supervised", "attention", "resolution", "scale", "shot", "quality", "agnostic",
                 "dimensional", "conditioned", "invariant", "trained", "end", "tuning"}  # fmt: skip


def _keeps_hyphen(text: str, line: str) -> bool:
    """Whether the hyphen is the word's own: "state-of-" + "the-art", "self-" + "attention"."""
    word = text[-_WORD:].rsplit(maxsplit=1)[-1][:-1].lower()
    following = line.split(maxsplit=1)[0].rstrip(".,;:)")
    return "-" in word or "-" in following or word in _HYPHENATED or following in _AFTER_HYPHEN


def _is_cjk(character: str) -> bool:
    return "\u3040" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef"
