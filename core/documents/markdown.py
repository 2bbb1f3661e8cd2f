"""Hugging Face's Markdown of a paper, as sections.

`/papers/{id}.md` is arXiv's HTML turned into Markdown under a short envelope ("Title: ...",
"URL Source: ...", "Markdown Content:"), with underlined headings for the two upper levels. Where
arXiv has no HTML the same address gives the Hugging Face page itself, comments and all: the
envelope's URL tells. Some texts carry every formula two or three times ("italic_x
start_POSTSUBSCRIPT"), some have lost all headings; both are marked as flawed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from core.documents.clean import clean_text, one_line
from core.documents.hidden import strip_tags
from core.documents.markdown_formulas import said_once, says_twice, with_formulas_kept
from core.documents.markdown_tables import html_table, is_table, table
from core.documents.outline import ABSTRACT, MAX_SECTIONS, Heading, Outline, Parsed, read_heading
from core.models.errors import TextUnavailable

_MAX_INPUT = 3_000_000
_GARBLED = re.compile(r"(?:start|end)_POST(?:SUB|SUPER)SCRIPT|\b(?:italic|caligraphic|bold)_\w")
_GARBLED_LIMIT = 20
_SECTION = 2
_FEW = 3
_NEAR = 200
_LONGEST_BLOCK = 400  # lines of a formula or an HTML table
_POWER = re.compile(r"\b10<sup>\s*([-−–]?\d{1,3})\s*</sup>")
_ABSTRACT = re.compile(r"(?:Abstract|ABSTRACT|摘\s*要)\s*[.:：—–-]+\s*(?=\S)")
_RUN_IN_LEVEL = 5  # LaTeX's \paragraph: its title belongs to the text above


def parse_markdown(text: str) -> Parsed:
    """Read a paper's Markdown. Raise `TextUnavailable` when it is a web page or holds nothing."""
    text = clean_text(text[:_MAX_INPUT])
    if _HTML.match(text):
        raise TextUnavailable("a web page instead of Markdown")
    stated, url, body = _open_envelope(text)
    if "/papers/" in url:
        raise TextUnavailable("the paper's Hugging Face page, not its text")
    outline = Outline()
    title = _read(_titled(list(_blocks(body))), outline, is_twice=says_twice(body))
    sections = outline.sections()
    if not sections:
        raise TextUnavailable("no text in the Markdown")
    return Parsed(
        sections,
        title=title or stated,
        front="\n".join(outline.front),
        has_references=outline.has_references,
        flaw=_flaw(body, outline.headings),
    )


def _flaw(body: str, headings: int) -> str | None:
    if len(_GARBLED.findall(body)) > _GARBLED_LIMIT:
        return "garbled"
    return "no_sections" if headings < 2 else None


# The envelope


_HTML = re.compile(r"\s*(?:<!doctype html|<html|<head)\b", re.IGNORECASE)
_FIELD = re.compile(r"(Title|URL Source|Published Time|Markdown Content)\s*:[ \t]*(.*)")
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_FRONT_TITLE = re.compile(r"^title:[ \t]*+[\"']?(.+)$", re.MULTILINE)


def _unquoted(title: str) -> str:
    bare = title.rstrip(" \t")
    return bare[:-1] if bare[1:].endswith(("'", '"')) else bare


def _open_envelope(text: str) -> tuple[str | None, str, str]:
    """Return title and address as the fields above the text say, or YAML, and the text."""
    if front := _FRONT_MATTER.match(text):
        title = _FRONT_TITLE.search(front[1])
        return _unquoted(title[1]) if title else None, "", text[front.end() :]
    fields: dict[str, str] = {}
    position = 0
    for line in text[:5000].splitlines(keepends=True):
        match = _FIELD.match(line)
        if line.strip() and not match:
            break
        position += len(line)
        if match:
            fields[match[1]] = match[2].strip()
        if match and match[1] == "Markdown Content":
            position -= len(match[2].lstrip() + "\n") if match[2].strip() else 0
            break
    stated, url = fields.get("Title") or None, fields.get("URL Source", "")
    return stated, url, text[position:] if fields else text


# Lines


_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]++(.*))?")
_CLOSING = re.compile(r"[ \t](?:#++|\{#[^{}]{0,100}\})$")
_UNDERLINE = re.compile(r" {0,3}(={3,}|-{3,})[ \t]*")
_ITEM = re.compile(r"\s{0,8}(?:[*+-]|(\d{1,3}[.)]))[ \t]+(\S.*)")
_RULE = re.compile(r"\s{0,3}(?:[-*_][ \t]*){3,}")
_PLACEHOLDER = re.compile(r"\s*\[/?(?:FIGURE|TABLE)\b[^\]]{0,100}\]\s*")


def _heading(text: str) -> str:
    """Return a heading's text without tags and what may close it: "## Method ##", "{#id}"."""
    return _CLOSING.sub("", strip_tags(text).strip()).rstrip()


@dataclass(frozen=True)
class _Block:
    """A piece of Markdown: `level` > 0 for a heading; code and tables keep their lines."""

    text: str
    level: int = 0
    is_verbatim: bool = False


def _titled(blocks: list[_Block]) -> list[_Block]:
    """Make the first heading the title where converters give it a section's level."""
    headings = [i for i, block in enumerate(blocks) if block.level]
    if len(headings) < _FEW or headings[0] or blocks[0].level != _SECTION:
        return blocks
    numbers = [read_heading(one_line(_inline(blocks[i].text))).level for i in headings]
    if numbers[0] is None and numbers[1:].count(None) <= len(numbers) // 2:
        return [_Block(blocks[0].text, level=1), *blocks[1:]]
    return blocks


def _read(blocks: list[_Block], outline: Outline, *, is_twice: bool) -> str | None:
    """Fill the outline; return the document's title when the first heading is one."""
    title: str | None = None
    above = 1  # Markdown's level minus the paper's, as the last numbered heading tells
    for block in blocks:
        block_text = said_once(block.text) if is_twice and not block.is_verbatim else block.text
        if not block.level or outline.headings >= MAX_SECTIONS:
            _add(outline, block_text if block.is_verbatim else _inline(block_text))
            continue
        text = one_line(_inline(block_text))
        if not text:
            continue
        heading = read_heading(text, in_appendix=outline.in_appendix)
        if block.level == 1 and outline.headings == 0 and title is None and heading.level is None:
            title = text
        elif block.level >= _RUN_IN_LEVEL and heading.level is None:
            outline.add(text)
        else:
            if heading.level is not None and heading.id != ABSTRACT:
                above = block.level - heading.level
            outline.open(text, level=max(1, block.level - above), heading=heading)
    return title


def _add(outline: Outline, text: str) -> None:
    """Add a block; one that calls itself the abstract opens its section."""
    found = _ABSTRACT.match(text) if outline.headings == 0 else None
    if found:
        outline.open("", level=1, heading=Heading(ABSTRACT, ABSTRACT, 1))
        text = text[found.end() :]
    outline.add(text)


def _blocks(body: str) -> Iterator[_Block]:
    """Cut Markdown into headings, paragraphs, list items, tables, formulas and fenced code."""
    paragraph: list[str] = []

    def flush() -> Iterator[_Block]:
        if paragraph:
            if is_table(paragraph):
                yield _Block(table(paragraph, _inline), is_verbatim=True)
            else:
                yield _Block(_without_tags("\n".join(paragraph)))
            paragraph.clear()

    lines = iter(body.split("\n"))
    for line in lines:
        if fence := _FENCE.fullmatch(line):
            yield from flush()
            yield _Block("\n".join(_fenced(line, fence[1], lines)), is_verbatim=True)
        elif "<table" in line[:_NEAR].lower():
            yield from flush()
            html = "\n".join(_until(line, lines, "</table>"))
            yield _Block(html_table(html, _inline), is_verbatim=True)
        elif line.count("$$") % 2:
            opened, formula = line.split("$$", 1)
            paragraph += [opened] if opened.strip() else []
            paragraph.append(one_line("$$" + "\n".join(_until(formula, lines, "$$"))))
        elif atx := _ATX.fullmatch(line):
            yield from flush()
            yield _Block(_heading(atx[2] or ""), level=len(atx[1]))
        elif (
            (under := _UNDERLINE.fullmatch(line))
            and len(paragraph) == 1
            and not _is_listed(paragraph[0])
        ):
            title = _heading(paragraph.pop())
            yield _Block(title, level=1 if under[1][0] == "=" else 2)
        elif not line.strip() or _RULE.fullmatch(line) or _PLACEHOLDER.fullmatch(line):
            yield from flush()
        else:
            if _ITEM.match(line) or (bool(paragraph) and _starts_table(line, paragraph[-1])):
                yield from flush()
            paragraph.append(_item(line))
    yield from flush()


def _until(first: str, lines: Iterator[str], end: str) -> Iterator[str]:
    """Yield lines to the one that holds `end`, or as many as belong together at most."""
    yield first
    if end in first.lower():
        return
    for line in islice(lines, _LONGEST_BLOCK):
        yield line
        if end in line.lower():
            return


def _without_tags(text: str) -> str:
    """Return text without HTML tags; a power of ten keeps its exponent."""
    return strip_tags(_POWER.sub(r"10^\1", text))


def _fenced(first: str, fence: str, lines: Iterator[str]) -> Iterator[str]:
    """Yield a fenced block's lines, to its closing fence or the end of the text."""
    yield first.strip()
    for line in lines:
        stripped = line.strip()
        if stripped.startswith(fence) and not stripped.strip(fence[0]):
            break
        yield line
    yield fence


def _is_listed(line: str) -> bool:
    return line.lstrip().startswith(("|", "- ", "> "))


def _starts_table(line: str, before: str) -> bool:
    return line.lstrip().startswith("|") != before.lstrip().startswith("|")


def _item(line: str) -> str:
    """Give list items one kind of mark; the converter leaves the page's own "•" behind it."""
    match = _ITEM.match(line)
    if match is None:
        return line.strip().removeprefix("> ").strip()
    return f"{match[1] or '-'} {match[2].lstrip('•').strip()}"


# Inside a line


_IMAGE = re.compile(r"!\[[^\[\]]{0,500}\]\([^()\s]{0,2000}(?:\s+\"[^\"\n]{0,500}\")?\s?\)")
_LINK = re.compile(r"\[([^\[\]]{0,500})\]\([^()\s]{0,2000}(?:\s+\"[^\"\n]{0,500}\")?\s?\)")
_FOOTNOTE = re.compile(r"\[\^[\w-]{1,20}\]:?")
_STRONG = re.compile(r"\*\*(?=\S)([^*\n]{1,500}?)\*\*|__(?=\S)([^_\n]{1,500}?)__")
_EMPHASIS = re.compile(r"(?<![\w*\\])([*_])(?=[^\s*_])([^*_\n]{1,500}?)(?<=[^\s\\])\1(?![\w*])")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~-])")
_NOISE = re.compile(
    r"(?:start|end)_POST(?:SUB|SUPER)SCRIPT"
    r"|(?:bold_|bold_italic_|italic_|caligraphic_|roman_|blackboard_bold_|over¯_)+\S"
)


def _inline(text: str) -> str:
    """Return a block's text: links without addresses, images gone, emphasis unmarked.

    Formulas and code are left as they are.
    """
    cleaned = with_formulas_kept(text, _prose)
    return "\n".join(one_line(line) for line in cleaned.split("\n")).strip()


def _prose(text: str) -> str:
    text = text.replace("\\[", "\ue002").replace("\\]", "\ue003")  # "[\[25\]](#page-15-0)"
    text = _FOOTNOTE.sub("", _LINK.sub(r"\1", _IMAGE.sub("", text)))
    text = _EMPHASIS.sub(r"\2", _STRONG.sub(r"\1\2", text))
    text = _ESCAPE.sub(r"\1", _NOISE.sub("", text))
    return text.replace("\ue002", "[").replace("\ue003", "]")
