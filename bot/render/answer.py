"""An answer from a paper: what it says, each statement with its place and the words behind it."""

from typing import Final

from bot.render import buttons
from bot.render import paper as parts
from bot.render import words as chat
from bot.render.message import Message
from bot.render.text import Text, bold, fits, join, lines, markdown, plain, quote, tex
from core.analyze.questions import Answer
from core.locale import Sentences
from core.models.values import AnalysisKind, Language, Paper, Point
from core.report import words
from core.report.places import place
from core.report.reading import quoted, with_doubts

SAID_LIMIT: Final = 900
QUOTE_LIMIT: Final = 350
_TEXT = Sentences("answer")


def answer(paper: Paper, asked: str, found: Answer, language: Language) -> Message:
    """Return the answer as one message: as many statements as fit."""
    text = found.document
    where = words.text_source(
        text.source, text.pages, language, is_part=text.is_part, flaws=text.flaws or ()
    )
    head = lines(bold(parts.title(paper)), Text("❓ ") + plain(asked, 300))
    if not found.points:
        is_read = found.kind is AnalysisKind.LLM
        silent = _TEXT["silent" if is_read else "silent_words"](language, where=where)
        return _message(paper, language, join("\n\n", (head, Text(silent))))
    texts = [head]
    if found.kind is AnalysisKind.EXTRACTIVE:
        texts.append(Text(_TEXT["stand_in" if found.is_stand_in else "quoted"](language)))
    by = plain(words.analysed_by(found.kind, found.model, language), 80).text
    if found.kind is AnalysisKind.LLM:
        by += f" · {words.say('looked_over' if found.looked_by else 'checked', language)}"
    foot = Text(_TEXT["by"](language, where=where, by=by))
    for point in found.points:
        said = _said(point, found.kind, language)
        if not fits(join("\n\n", (*texts, said, foot))):
            break
        texts.append(said)
    left = tex(_TEXT["open"](language, what=found.open)) if found.open else Text()
    if left and fits(join("\n\n", (*texts, left, foot))):
        texts.append(left)
    return _message(paper, language, join("\n\n", (*texts, foot)))


def _said(point: Point, kind: AnalysisKind, language: Language) -> Text:
    where = plain(place(point, language))
    shown = Text(" (") + where + Text(")") if where else Text()
    if kind is AnalysisKind.EXTRACTIVE:
        return Text("• “") + tex(point.text, SAID_LIMIT) + Text("”") + shown
    said = markdown(with_doubts(point, language)).clipped(SAID_LIMIT)
    proofs = [Text("“") + tex(quoted(one), QUOTE_LIMIT) + Text("”") for one in point.evidence[:2]]
    return lines(Text("• ") + said.sparse(20) + shown, quote(lines(*proofs), expandable=True))


def _message(paper: Paper, language: Language, text: Text) -> Message:
    row = buttons.rows((buttons.opens(f"📖 {chat.say('read', language)}", paper),), 1)
    return Message(text.text, text.entities, row)
