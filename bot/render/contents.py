"""The morning's message: what was scanned, the picks, the runners-up folded away.

It fits one message by construction: picks are whole blocks, and what room they leave is the
runners-up's, whose last ones are counted instead of named. Only a reader who wants very many picks
gets a second message. No link preview: it would advertise one paper of several, and push the list
out of sight.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.render import buttons, feedback_buttons
from bot.render import paper as parts
from bot.render import words as chat
from bot.render.message import Message
from bot.render.text import Text, bold, fits, join, lines, plain, quote, tex
from bot.render.view import View, tailored
from core.fetch import sources
from core.locale.phrases import in_a_row, listed_in
from core.models.values import Digest, Edition, Language, ScoredPaper
from core.report import words
from core.report.markdown import note_lines

MOST_NOTES = 6
MOST_MARKED = 5
"""Papers with a row of buttons each; more would push the next message off the screen."""
_TITLE_BELOW = 120
"""A runner-up's title is for scanning."""


@dataclass(frozen=True)
class _Block:
    """What stands together: a pick, or a line instead of picks."""

    text: Text
    number: int = 0
    scored: ScoredPaper | None = None


def contents(editions: Sequence[Edition], view: View) -> tuple[Message, ...]:
    """Return the table of contents of `editions`, oldest first; several are missed days.

    The newest day stands on top, so that its numbers are those of `/paper 1`, `/paper 2`.
    """
    days = [tailored(edition, view) for edition in reversed(editions)]
    if not days:
        return ()
    pages = _packed(_head(days, view.language), _blocks(days, view.language))
    last, blocks = pages[-1]
    pages[-1] = (_with_runners_up(last, days), blocks)
    return tuple(_message(text, page, view) for text, page in pages)


def quiet_day(day: date, next_list: date | None, language: Language) -> Message:
    """Return the line for a day on which no source announces anything."""
    when = chat.named_day(next_list, language) if next_list else None
    coming = chat.say("next_list", language, day=when) if when else ""
    return _line("☕", day, in_a_row((chat.say("quiet", language), coming), language), language)


def bundle_over(day: date, last: date, language: Language) -> Message:
    """Return the line for a day after the bundled ones."""
    said = chat.say("bundle_over", language, day=chat.named_day(last, language))
    return _line("☕", day, said, language)


def sources_down(day: date, names: Sequence[str], language: Language) -> Message:
    """Return the line for a day on which no source could be read."""
    return _line("⚠️", day, chat.say("down", language, names=_named(names, language)), language)


def lists_late(day: date, names: Sequence[str], language: Language) -> Message:
    """Return the line for a day whose lists have not come, though no calendar says so."""
    return _line("🕘", day, chat.say("late", language, names=_named(names, language)), language)


def _named(names: Sequence[str], language: Language) -> str:
    joined = plain(listed_in(language, map(sources.label_of, names)), 200).text
    return joined or chat.say("any_source", language)


def _line(sign: str, day: date, said: str, language: Language) -> Message:
    text = lines(bold(Text(f"{sign} {chat.named_day(day, language)}")), Text(said))
    return Message(text.text, text.entities)


def _head(days: Sequence[Edition], language: Language) -> Text:
    newest = days[0].digest
    notes = [plain(line, 300) for line in note_lines(days[0])[:MOST_NOTES]]
    told = [Text("ℹ️ ") + note for note in notes]
    if len(days) > 1:
        return lines(bold(Text(_missed(days, language))), Text(_scanned_days(days)), *told)
    title = words.say("title", language, day=chat.named_day(newest.day, language))
    return lines(bold(Text(title)), _scanned(newest), *told)


def _missed(days: Sequence[Edition], language: Language) -> str:
    first, last = chat.short_day(days[-1].digest.day), chat.short_day(days[0].digest.day)
    return chat.say("missed", language, first=first, last=last)


def _scanned(digest: Digest) -> Text:
    return Text(
        words.say(
            "scanned",
            digest.language,
            count=digest.papers,
            sources=plain(words.selections(digest.scanned, digest.language), 300).text,
            picks=words.picked(digest),
        )
    )


def _scanned_days(days: Sequence[Edition]) -> str:
    return chat.say(
        "scanned_days",
        days[0].digest.language,
        days=len(days),
        scanned=sum(edition.digest.papers for edition in days),
        picks=sum(1 for _ in _picks(days)),
    )


def _picks(days: Sequence[Edition]) -> Iterator[tuple[Edition, ScoredPaper]]:
    """Yield what is shown, the same paper once: on the newest day that has it."""
    seen = set()
    for edition in days:
        for scored in edition.digest.picks:
            if scored.paper.id not in seen:
                seen.add(scored.paper.id)
                yield edition, scored


def _blocks(days: Sequence[Edition], language: Language) -> Iterator[_Block]:
    picks = list(enumerate(_picks(days), start=1))
    number = len(picks)
    for edition in days:
        heading = Text()
        if len(days) > 1:
            heading = bold(Text(f"📅 {chat.named_day(edition.digest.day, language)}"))
        own = [(number, scored) for number, (of, scored) in picks if of is edition]
        if not edition.digest.picks:
            yield _Block(lines(heading, _instead(edition, is_alone=len(days) == 1)))
        for number, scored in own:
            yield _Block(lines(heading, _pick(number, scored, edition)), number, scored)
            heading = Text()
    # Behind all numbers that count, so that they stay those of the list.
    beside = days[0].digest.beside
    if beside and beside.paper.id not in {scored.paper.id for _, (_, scored) in picks}:
        yield _Block(_pick(number + 1, beside, days[0]), number + 1, beside)


def _instead(edition: Edition, *, is_alone: bool) -> Text:
    """Return what stands where the picks would; only today is "today"."""
    if is_alone:
        return Text(words.without_picks(edition.digest))
    return Text(chat.say("day_without_picks", edition.digest.language))


def _pick(number: int, scored: ScoredPaper, edition: Edition) -> Text:
    paper, language = scored.paper, edition.digest.language
    late = Text()
    if paper.listed and paper.listed < edition.digest.day:
        day = chat.short_day(paper.listed)
        late = Text(f"🕘 {chat.say('first_listed', language, day=day)}")
    delay = edition.waiting.get(paper.id)
    waiting = Text()
    if delay:
        waiting = Text(f"⏳ {words.waiting(delay, language, has_notes=False)}")
    headline = parts.headline(edition.headline(scored))
    title = parts.title(paper)
    return lines(
        bold(Text(f"{number}. ") + (headline or title)),
        title if headline else Text(),
        parts.facts(
            parts.score(scored, language), parts.badges(paper), parts.code(paper, language), late
        ),
        tex(scored.reason, parts.REASON_LIMIT),
        waiting,
    )


def _packed(head: Text, blocks: Iterator[_Block]) -> list[tuple[Text, list[_Block]]]:
    """Return pages of whole blocks, the first one under the head."""
    pages: list[tuple[Text, list[_Block]]] = [(head, [])]
    for block in blocks:
        text, known = pages[-1]
        longer = join("\n\n", (text, block.text))
        if fits(longer):
            pages[-1] = (longer, [*known, block])
        else:
            pages.append((block.text, [block]))
    return pages


def _with_runners_up(text: Text, days: Sequence[Edition]) -> Text:
    """Return `text` with as many runners-up as there is room for, the newest day's first."""
    language = days[0].digest.language
    shown = {scored.paper.id for _, scored in _picks(days)}
    below = [scored for edition in days for scored in edition.digest.others]
    others = list({s.paper.id: s for s in below if s.paper.id not in shown}.values())
    kinds = {scored.kind for scored in (*days[0].digest.picks, *others)}
    rows = [_runner_up(scored, language, is_mixed=len(kinds) > 1) for scored in others]
    title = bold(Text(words.say("others", language)))
    for count in range(len(rows), 0, -1):
        left = len(rows) - count
        more = Text(chat.say("more", language, count=left)) if left else Text()
        block = quote(lines(title, *rows[:count], more), expandable=True)
        longer = join("\n\n", (text, block))
        if fits(longer):
            return longer
    counted = Text(chat.say("left_out", language, count=len(rows))) if rows else Text()
    longer = join("\n\n", (text, counted))
    return longer if fits(longer) else text


def _runner_up(scored: ScoredPaper, language: Language, *, is_mixed: bool) -> Text:
    label = words.scored_by(scored.kind, language) if is_mixed else ""
    title = parts.title(scored.paper, _TITLE_BELOW)
    headline = parts.headline(scored.headline)
    return lines(
        Text(f"{scored.score}{label} · ") + (headline or title), title if headline else Text()
    )


def _message(text: Text, blocks: Sequence[_Block], view: View) -> Message:
    picks = [(block.number, block.scored.paper) for block in blocks if block.scored]
    if view.is_private:
        shown = [buttons.opens_here(number, paper) for number, paper in picks]
        marking = [feedback_buttons.under_list(paper.id, view.language) for _, paper in picks]
        width = buttons.PRIVATE_WIDTH
    else:
        shown = [buttons.opens_in_private(number, paper, view) for number, paper in picks]
        marking = [feedback_buttons.in_public(paper.id) for _, paper in picks]
        width = buttons.LINKS_WIDTH
    if len(picks) > MOST_MARKED:
        return Message(text.text, text.entities, buttons.rows(shown, width))
    rows = ((*filter(None, [opens]), *marks) for opens, marks in zip(shown, marking, strict=True))
    return Message(text.text, text.entities, tuple(row for row in rows if row))
