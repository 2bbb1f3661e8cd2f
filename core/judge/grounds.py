"""Whether a model's reason says only what title and abstract do: its numbers, and its names. Pure.

The reader's own interests may be named, but nothing may be said to be better than what the abstract
does not mention. A claim without a number or a name ("faster", "the first") is not understood: it
passes.
"""

import re

from core.analyze.check.checker import Checker
from core.analyze.check.names import key_of
from core.models.values import Document, Focus, Paper, Section, TextSource

ABSTRACT_LIMIT = 1_800
"""Characters of an abstract that a model is shown."""
_TITLE_LIMIT = 300
_RIVAL = re.compile(
    r"(?:超过|超越|优于|胜过|击败|领先于?|强于|好于"
    r"|\b(?:outperform\w*|beat(?:s|ing)?|surpass\w*|exceed\w*|better than|ahead of))\s*"
    r"([A-Z][\w.+/-]*)"
)


class Grounds:
    """What a reason about one paper may rest on."""

    def __init__(self, paper: Paper, focus: Focus) -> None:
        title = " ".join(paper.title.split())[:_TITLE_LIMIT]
        self._text = f"{title}. {' '.join(paper.abstract.split())[:ABSTRACT_LIMIT]}"
        section = Section(id="Abstract", title="Abstract", level=1, text=self._text)
        document = Document(
            paper_id=paper.id, version=None, source=TextSource.ABSTRACT, sections=(section,)
        )
        self._checker = Checker(document, title)
        self._focus = focus

    def doubts(self, reason: str) -> tuple[str, ...]:
        """Return the numbers and names of a reason that stand nowhere there, or of other things."""
        doubtful = self._checker.check(reason, [self._text], free=True).doubtful
        asked = key_of(self._focus.text)
        rivals = (name.rstrip(".") for name in _RIVAL.findall(reason))
        return (
            *(text for text in doubtful if key_of(text) not in asked or text[0].isdigit()),
            *(name for name in rivals if key_of(name) not in key_of(self._text)),
        )
