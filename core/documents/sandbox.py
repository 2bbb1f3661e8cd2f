"""Texts are parsed aside, in a process that can be stopped and whose memory is bounded.

A PDF is a program of a stranger's: a damaged or hostile one can keep its reader busy for hours, or
end the process, and a thread cannot be stopped (it would even keep the whole process from ending).
A page may be as bad: 200,000 nested <div> keep the HTML parser busy for two minutes (it is
quadratic in depth).
"""

from datetime import timedelta
from functools import partial

from core.documents.outline import Parsed
from core.documents.parsing import TextFormat, parsed
from core.models.errors import TextUnavailable, WorkStopped, WorkTooSlow
from core.sandbox.offload import SMALL, Offload

PATIENCE = {
    TextFormat.PDF: timedelta(seconds=60),
    TextFormat.HTML: timedelta(seconds=20),
    TextFormat.MARKDOWN: timedelta(seconds=20),
}
"""30 pages of a PDF take about 2 s, 10 MB of MathML 1 s, a process' start included."""


class TooSlow(TextUnavailable):
    """Parsing was stopped."""


class TooHeavy(TextUnavailable):
    """Parsing died, most likely for want of memory."""


async def parse(offload: Offload, kind: TextFormat, data: bytes) -> Parsed:
    """Return the sections of a text of this kind. Raise `TextUnavailable`."""
    small = 0 if kind is TextFormat.PDF else SMALL
    try:
        return await offload(partial(parsed, kind, data), patience=PATIENCE[kind], small=small)
    except WorkTooSlow as error:
        raise TooSlow(f"reading the {kind}: {error}") from None
    except WorkStopped as error:
        raise TooHeavy(f"reading the {kind}: {error}") from None
