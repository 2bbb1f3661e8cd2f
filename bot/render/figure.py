"""A paper's main figure: the caption with its credit, the button, and what is said without it.

The credit is what the licence asks for (who, what, under which licence, and that it was changed),
so the figure's own words are cut short for it, never the credit.
"""

from typing import TYPE_CHECKING, Final

from bot.render import buttons
from bot.render.deep_links import FIGURE, figure_data
from bot.render.message import MAX_DATA, Button, Message
from bot.render.text import Text, bold, join, lines, link, plain, tex
from core.fetch import sources
from core.figures.licences import Licence
from core.locale import Sentence
from core.models.paper_id import ARXIV
from core.models.values import Language, Paper

if TYPE_CHECKING:  # the figures bring the network with them
    from core.figures.service import MainFigure

MAX_CAPTION: Final = 1024
"""UTF-16 units of a photo's caption (https://core.telegram.org/bots/api#sendphoto)."""
_TITLE = 200
_AUTHOR = 80
LABEL = Sentence("render_figure.label")
_NUMBERED = Sentence("render_figure.numbered")
_SMALLER = Sentence("render_figure.smaller")
_LINKED = Sentence("render_figure.linked")
_NOTHING = Sentence("render_figure.nothing")
_UNREACHABLE = Sentence("render_figure.unreachable")


def caption(paper: Paper, figure: "MainFigure", licence: Licence, language: Language) -> Message:
    """Return what stands under a figure."""
    number = plain(figure.number or "", 10).text
    label = _NUMBERED(language, number=number) if number else LABEL(language)
    below = _credit(paper, licence, language)
    room = MAX_CAPTION - below.units - 4 - len(label)
    said = join("  ", (bold(Text(label)), tex(figure.caption, max(1, room))))
    whole = join("\n\n", (said, below))
    return Message(whole.text, whole.entities)


def button(paper: Paper, language: Language) -> Button | None:
    """Return the button that sends the figure."""
    data = figure_data(paper.id)
    is_known = FIGURE.fullmatch(data) and len(data.encode()) <= MAX_DATA
    return Button(LABEL(language), data=data) if is_known else None


def leading(url: str, language: Language) -> Button | None:
    """Return the button that opens the page where the figure is."""
    return buttons.leads_to(LABEL(language), url)


def placed(page: Message, button: Button | None) -> tuple[buttons.Row, ...]:
    """Return a dive's buttons with the figure's, beside its links where there is room."""
    if button is None:
        return page.buttons
    *above, last = page.buttons or ((),)
    is_links = all(each.url for each in last)
    if is_links and len(last) < buttons.LINKS_WIDTH:
        return (*above, (*last, button))
    return (*page.buttons, (button,))


def replaced(
    rows: tuple[buttons.Row, ...], paper_id: str, new: Button | None
) -> tuple[buttons.Row, ...]:
    """Return a message's buttons with `new`, or nothing, in place of the one that sends."""
    data = figure_data(paper_id)
    changed = (
        tuple(each for button in row if (each := new if button.data == data else button))
        for row in rows
    )
    return tuple(row for row in changed if row)


def linked(paper: Paper, url: str, language: Language) -> Message:
    """Return what is said where the figure may only be linked."""
    there = leading(url, language)
    return Message(_say(_LINKED, paper, language), buttons=((there,),) if there else ())


def nothing(paper: Paper, language: Language) -> Message:
    """Return what is said where there is no figure."""
    pdf = buttons.leads_to("📄 PDF", sources.pdf_of(paper))
    return Message(_say(_NOTHING, paper, language), buttons=((pdf,),) if pdf else ())


def unreachable(paper: Paper, language: Language) -> Message:
    """Return what is said when arXiv does not answer."""
    return Message(_say(_UNREACHABLE, paper, language))


def _credit(paper: Paper, licence: Licence, language: Language) -> Text:
    names = [plain(name, _AUTHOR) for name in paper.authors[:1]]
    more = Text(" et al.") if len(paper.authors) > 1 else Text()
    who = (names[0] + more) if names else Text()
    title = link(tex(paper.title, _TITLE), paper.url)
    terms = link(Text(licence.name), licence.url)
    where = Text(f"{ARXIV.label}:{paper.id}")
    facts = join(" · ", (where, terms, Text(_SMALLER(language))))
    return lines(join(": ", (who, title)), facts)


def _say(words: Sentence, paper: Paper, language: Language) -> str:
    return words(language, title=tex(paper.title, 150).text)
