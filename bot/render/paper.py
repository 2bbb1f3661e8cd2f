"""One paper in a few lines, as the contents, a deep dive and search results show it."""

from bot.render import words as chat
from bot.render.text import Text, bold, join, link, plain, tex, web_address
from core.fetch.withdrawn import is_withdrawn
from core.models.values import Language, Paper, ScoredPaper
from core.report import words
from core.score.percentile import said

TITLE_LIMIT = 300
REASON_LIMIT = 300


def title(paper: Paper, limit: int = TITLE_LIMIT) -> Text:
    """Return the title, linked to the page a reader should land on."""
    return link(tex(paper.title, limit) or plain(paper.id), paper.url)


def listed(paper: Paper, language: Language, limit: int = TITLE_LIMIT) -> Text:
    """Return the title where papers of any day are listed: some were withdrawn since."""
    mark = Text(words.say("withdrawn_mark", language)) if is_withdrawn(paper) else Text()
    return title(paper, limit) + mark


def headline(text: str) -> Text:
    """Return what a paper did, in one line; empty where nobody said it."""
    return tex(text, REASON_LIMIT)


def score(scored: ScoredPaper, language: Language) -> Text:
    """Return the score, labelled where no model gave it, and its place in the month."""
    label = words.scored_by(scored.kind, language)
    place = Text(said(scored.top_share, language))
    return facts(bold(Text(f"⭐ {scored.score}")) + Text(label), place)


def badges(paper: Paper) -> Text:
    """Return the sources that carried it."""
    return plain(words.badges(paper.sources), 120)


def code(paper: Paper, language: Language) -> Text:
    """Return a link to its code with the stars; empty where there is none."""
    if not web_address(paper.code_url):
        return Text()
    known = Text(" " + chat.stars(paper.stars)) if paper.stars and paper.stars > 0 else Text()
    return link(Text(chat.say("code", language)), paper.code_url) + known


def facts(*parts: Text) -> Text:
    """Return `parts` in one line."""
    return join(" · ", parts)
