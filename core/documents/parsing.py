"""A text of any kind, parsed here and now by the parser for it."""

from collections.abc import Callable
from enum import StrEnum

from core.documents.outline import Parsed


class TextFormat(StrEnum):
    """What is to be parsed."""

    PDF = "pdf"
    HTML = "html"
    MARKDOWN = "markdown"


def parsed(kind: TextFormat, data: bytes) -> Parsed:
    """Parse here and now. Raise `TextUnavailable`."""
    return _parser(kind)(data)


def _parser(kind: TextFormat) -> Callable[[bytes], Parsed]:
    """Return what parses a kind; the parsers are heavy, and most papers need one of them."""
    match kind:
        case TextFormat.PDF:
            from core.documents.pdf import parse_pdf

            return parse_pdf
        case TextFormat.HTML:
            from core.documents.latexml import parse_latexml

            return lambda data: parse_latexml(data.decode("utf-8", errors="replace"))
        case TextFormat.MARKDOWN:
            from core.documents.markdown import parse_markdown

            return lambda data: parse_markdown(data.decode("utf-8", errors="replace"))
