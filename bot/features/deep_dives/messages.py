"""What is said while, before and instead of showing a deep dive."""

from dataclasses import replace
from datetime import timedelta

from bot.render.deep_dive import dive as dive_pages
from bot.render.deep_links import open_data
from bot.render.message import Button, Message
from bot.render.text import Text, fits, join, tex
from core.analyze.deep_dives import DeepDive
from core.locale import Sentence, Sentences
from core.models.values import Delay, Language, Paper, ScoredPaper
from core.report.words import about

LONG_AGO = timedelta(minutes=2)
"""From then on an edited answer is announced by a message."""
_WORTH_TELLING = timedelta(seconds=15)
"""A shorter wait is within what was promised first."""
_TITLE = 150
_UNDER_WAY = {
    False: Sentence("messages.under_way.reading"),
    True: Sentence("messages.under_way.quoting"),
}
"""True: there is no model, so that the paper is only quoted."""
_QUEUED = Sentence("messages.queued")
_PROMISED = Sentences("messages.promised", Delay)
_READY = Sentence("messages.ready")
_LOOKING = Sentence("messages.looking")
_ANSWERED = Sentence("messages.answered")
_RESTARTING = Sentence("messages.restarting")
_GIVEN_UP = Sentence("messages.given_up")
_TRY_AGAIN = Sentence("messages.try_again")
_WHAT = {
    False: Sentence("messages.what.reading"),
    True: Sentence("messages.what.answer"),
}
_AGAIN = {
    False: Sentence("messages.again.reading"),
    True: Sentence("messages.again.answer"),
}


def looking(paper: Paper, language: Language) -> str:
    return _LOOKING(language, title=tex(paper.title, 80).text)


def answered(paper: Paper, language: Language) -> str:
    return _ANSWERED(language, title=_title(paper))


def restarting(paper: Paper, language: Language) -> str:
    """Return what is said when the process is told to stop in the middle of the work."""
    return _RESTARTING(language, title=_title(paper))


def given_up(paper_id: str, language: Language, *, is_question: bool) -> Message:
    again = _AGAIN[is_question](language, id=paper_id)
    what = _WHAT[is_question](language)
    button = Button(_TRY_AGAIN(language), data=open_data(paper_id))
    buttons = () if is_question else ((button,),)
    return Message(_GIVEN_UP(language, what=what, again=again), buttons=buttons)


def under_way(paper: Paper, language: Language, *, is_quick: bool) -> str:
    """Return what is said at once; `is_quick`: no model is going to read."""
    return _UNDER_WAY[is_quick](language, title=_title(paper))


def queued(paper: Paper, wait: timedelta, language: Language) -> str:
    """Return what is said of a wait; nothing of one that is hardly any."""
    if wait < _WORTH_TELLING:
        return ""
    return _QUEUED(language, title=_title(paper), about=about(wait, language))


def ready_now(paper: Paper, language: Language) -> str:
    return _READY(language, title=_title(paper))


def promised(
    paper: Paper, dive: DeepDive, wait: timedelta, language: Language, scored: ScoredPaper | None
) -> Message:
    first = dive_pages(paper, replace(dive, delay=None), language, scored)[0]
    said = _PROMISED[dive.delay or Delay.SERVICE](language, about=about(wait, language))
    whole = join("\n\n", (Text(said), Text(first.text, first.entities)))
    if fits(whole):
        return replace(first, text=whole.text, entities=whole.entities)
    # No room for it: the page says the same in fewer words.
    return dive_pages(paper, dive, language, scored)[0]


def _title(paper: Paper) -> str:
    return tex(paper.title, _TITLE).text
