"""Which of a paper's figures shows at a glance what it does: by caption, place and shape. Pure.

Figure 1 is as often a plot of results as it is the idea, and a figure of somebody else's is not
covered by the paper's licence.
"""

import re

from core.figures.parse import Figure, figures_of

_WHOLE = re.compile(
    r"\b(?:overview|overall|framework|pipeline|workflow|architectures?|teaser|schematics?|paradigms?"
    r"|at a glance|diagram|system design|network structure|model structure)\b"
    r"|\b(?:illustration|concept|structure|design|sketch|outline|summary|idea)s? of\b"
    r"|\b(?:our|proposed)\s+(?:\S+\s+){0,2}(?:method|approach|model|system|framework|network)\b"
    r"|\bwe (?:propose|present|introduce)\b|\bconsists? of\b|\bgiven (?:an?|the)\b",
    re.IGNORECASE,
)
_RESULT = re.compile(
    r"\b(?:qualitative|quantitative|comparisons?|compar(?:e|ed|ing)|results?|ablations?|accurac\w+"
    r"|curves?|plots?|histograms?|distributions?|versus|vs|failure cases?|t-?sne|umap"
    r"|attention maps?|confusion matri\w+|roc|heat ?maps?|trade-?offs?|scaling"
    r"|benchmark scores?|performance"
    r"|visuali[sz]ations?|reconstructions? (?:on|of)|samples? (?:from|of)|examples? (?:from|of)"
    r"|generated (?:images?|videos?|samples?)|loss(?:es)? (?:over|during|against)|win rates?"
    r"|user study|screenshots?|statistics)\b",
    re.IGNORECASE,
)
_EARLY = re.compile(r"introduction|motivation|^$|abstract", re.IGNORECASE)
_METHOD = re.compile(
    r"method|approach|overview|framework|model|proposed|architecture|pipeline|system|formulation",
    re.IGNORECASE,
)
_LATE = re.compile(
    r"experiment|result|evaluation|ablation|appendix|supplement|related|discussion|conclusion"
    r"|limitation|analysis|acknowledg",
    re.IGNORECASE,
)
_BORROWED = re.compile(
    r"©|\(c\)\s*\d{4}|copyright|courtesy of|permission|all rights reserved|credits?:|source:"
    r"|(?:image|figure|photo|picture|illustration)s? (?:credits?|sources?|(?:is |are |was |were )?"
    r"(?:taken|adapted|reproduced|reprinted|adopted|borrowed|modified|copied))"
    r"|(?:adapted|reproduced|reprinted|redrawn) from"
    r"|(?:from|by|after) (?:\[|\(?\w+ et al)",
    re.IGNORECASE,
)
_ENOUGH = 3
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z(\"“])")


def main_of(html: str, page_url: str) -> tuple[bool, Figure | None]:
    """Return whether a page has figures at all, and the main one: work for elsewhere."""
    figures = figures_of(html, page_url)
    return bool(figures), main_figure(figures)


def main_figure(figures: tuple[Figure, ...]) -> Figure | None:
    """Return the figure that shows what the paper does; None where none does plainly.

    Never one that is somebody else's by its caption: the paper's licence does not cover it.
    """
    wanted = [figure for figure in figures if not is_borrowed(figure)]
    best = max(wanted, key=lambda figure: (score(figure), -figure.position), default=None)
    return best if best is not None and score(best) >= _ENOUGH else None


def is_borrowed(figure: Figure) -> bool:
    """Whether its caption names another source or holder of rights."""
    return _BORROWED.search(figure.caption) is not None


def score(figure: Figure) -> int:
    """Return how much speaks for a figure, by its caption's first words, its place and shape."""
    head, _, rest = _SENTENCE.sub("\n", figure.caption).partition("\n")
    points = max(0, 3 - figure.position)
    points += 4 if _WHOLE.search(head) else 2 if _WHOLE.search(rest) else 0
    points -= 4 if _RESULT.search(head) else 0
    if figure.is_appendix or _LATE.search(figure.section):
        points -= 4
    elif _METHOD.search(figure.section):
        points += 3
    elif _EARLY.search(figure.section):
        points += 1
    # Several panels alike cannot be sent as one photo; a plain one next to them is more use.
    return points - (3 if figure.picture is None else 0)
