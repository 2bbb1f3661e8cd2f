"""Every sentence readers see in a report, in Chinese and English.

Kept apart from layout so that a reviewer can read the product's voice on one page. Nothing here
ever holds an exception's text: notes are built from `models.Note`, which carries only facts.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta

from core.fetch import sources
from core.locale import Sentence, Sentences
from core.models.values import (
    Advice,
    Analysis,
    AnalysisKind,
    Delay,
    Digest,
    Flaw,
    Language,
    Note,
    NoteKind,
    PointKind,
    ScoreKind,
    SourceCount,
    TextSource,
)

SECTIONS: tuple[tuple[str, Sentence], ...] = (
    ("contribution", Sentence("report.sections.contribution")),
    ("methodology", Sentence("report.sections.methodology")),
    ("takeaway", Sentence("report.sections.takeaway")),
    ("limitations", Sentence("report.sections.limitations")),
)
"""Field of `Analysis` and its heading, in the order readers know."""

say = Sentences("report")

_PICKED = Sentences("report.picked")
TEXT_SOURCES = Sentences("report.text_sources", TextSource)
PARTS_OF_TEXT = Sentences("report.parts_of_text", TextSource)
FLAWS = Sentences("report.flaws", Flaw)
_LACKING = Sentence("report.lacking")
_PAGES = Sentence("report.pages")
_PART_OF_PAGES = Sentence("report.part_of_pages")
_WRITTEN_IN = Sentence("report.written_in")
_QUOTED_SENTENCES = Sentence("report.quoted_sentences")
_BUNDLED_DAYS_END = Sentence("report.bundled_days_end")
_NEXT_LIST = Sentence("report.next_list")
PAPER_LANGUAGES = Sentences(
    "report.paper_languages", ("ru", "ar", "ja", "ko", "fr", "de", "es", "pt", "it")
)
"""Languages of papers worth a word: English and Chinese are what readers expect."""
POINT_KINDS = {
    PointKind.UNUSUAL: Sentence("report.point_kinds.unusual"),
    PointKind.INTUITION: Sentence("report.point_kinds.intuition"),
    PointKind.EQUATION: Sentence("report.point_kinds.equation"),
    PointKind.ABLATION: Sentence("report.point_kinds.ablation"),
}
"""Said before a statement of this kind."""
ADVICE = Sentences("report.advice", Advice)
FACTS = Sentences("report.facts")
SCORED_LOCALLY = Sentence("report.scored_locally")
WORDED_LOCALLY = Sentence("report.worded_locally")
"""Appended to a takeaway of a reader's own focus that no model has written."""
_WAITING = Sentences("report.waiting", Delay)
_LATER = Sentence("report.later")
_ASK_AGAIN = Sentences("report.ask_again", Delay)
"""For a deep dive somebody asked for: it is in no queue, so nothing is promised."""
_MEANWHILE = {
    True: Sentence("report.meanwhile.quoted"),
    False: Sentence("report.meanwhile.nothing"),
}
"""What stands there until then; True: notes from the paper."""
QUOTED_FROM = {
    True: Sentence("report.quoted_from.abstract"),
    False: Sentence("report.quoted_from.text"),
}
"""Where an extract looked; True: only the abstract was to be had."""


_SECOND, _MINUTE = timedelta(seconds=1), timedelta(minutes=1)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_STEPS = (
    (55 * _SECOND, 5 * _SECOND, _SECOND),
    (5 * _MINUTE, _MINUTE / 2, _MINUTE),
    (20 * _MINUTE, _MINUTE, _MINUTE),
    (55 * _MINUTE, 5 * _MINUTE, _MINUTE),
    (6 * _HOUR, _HOUR / 2, _HOUR),
    (2 * _DAY, _HOUR, _HOUR),
    (timedelta.max, _DAY, _DAY),
)
"""How exactly a wait is told: up to the first, in steps of the second, in units of the third."""
_SOON = Sentence("report.soon")
_ABOUT = {
    _SECOND: Sentence("report.about.seconds"),
    _MINUTE: Sentence("report.about.minutes"),
    _HOUR: Sentence("report.about.hours"),
    _DAY: Sentence("report.about.days"),
}
_ABOUT_AND_A_HALF = {
    _MINUTE: Sentence("report.about_and_a_half.minutes"),
    _HOUR: Sentence("report.about_and_a_half.hours"),
}


def text_source(
    source: TextSource,
    pages: int | None,
    language: Language,
    *,
    is_part: bool = False,
    flaws: Iterable[Flaw] = (),
) -> str:
    """Return the badge that says what was read, and what it lacked."""
    if source is TextSource.PDF and pages:
        badge = (_PART_OF_PAGES if is_part else _PAGES)(language, count=pages)
    else:
        badge = (PARTS_OF_TEXT if is_part else TEXT_SOURCES)[source](language)
    for flaw in flaws:
        badge = _LACKING(language, badge=badge, flaw=FLAWS[flaw])
    return badge


def analysed_text(analysis: Analysis, language: Language) -> str:
    """Return the badge of a deep dive's text, with its language if that is a surprise."""
    source, pages = analysis.text_source, analysis.pages
    badge = text_source(source, pages, language, is_part=analysis.is_part, flaws=analysis.flaws)
    if (code := analysis.written_in) is None or code not in PAPER_LANGUAGES.names:
        return badge
    return _WRITTEN_IN(language, badge=badge, written_in=PAPER_LANGUAGES[code])


def headed(heading: Sentence, field: str, kind: AnalysisKind, language: Language) -> str:
    """Return a section's heading; above quotations it says that they are."""
    is_quoted = kind is AnalysisKind.EXTRACTIVE and field != "takeaway"
    return heading(language) + (say("quoted_heading", language) if is_quoted else "")


def nothing(analysis: Analysis, field: str, language: Language) -> str:
    """Return what stands in a section without statements."""
    if analysis.kind is AnalysisKind.LLM:
        return say("empty", language)
    if field == "takeaway":
        return say("empty_takeaway", language)
    where = QUOTED_FROM[analysis.text_source is TextSource.ABSTRACT](language)
    return say("empty_quote", language, where=where)


def waiting(delay: Delay, language: Language, *, has_notes: bool) -> str:
    """Return the promise of a reading to come; `has_notes`: quoted sentences stand below it."""
    return _WAITING[delay](language) + _MEANWHILE[has_notes](language)


def ask_again(delay: Delay, after: timedelta | None, language: Language) -> str:
    """Return what stands above quoted sentences instead of a reading; `after`: worth a try then."""
    when = _LATER(language) if after is None else about(after, language)
    return _ASK_AGAIN[delay](language, about=when) + _MEANWHILE[True](language)


def about(wait: timedelta, language: Language) -> str:
    """Return when a wait is over, as a person would say it: "约 3 分钟后", "in about 40 s".

    Rounded up, so that it never promises too early.
    """
    if wait <= timedelta(0):
        return _SOON(language)
    _, step, unit = next(row for row in _STEPS if wait <= row[0])
    number, rest = divmod(-(-wait // step) * step, unit)
    return (_ABOUT_AND_A_HALF if rest else _ABOUT)[unit](language, count=number)


def picked(digest: Digest, readings: Collection[AnalysisKind] = ()) -> str:
    """Return how many were picked and what comes with them; `readings` are those there are.

    Only what a model read is called read. Where nothing is known of readings, none is claimed.
    """
    count, language = len(digest.picks), digest.language
    read = sum(kind is AnalysisKind.LLM for kind in readings)
    is_quoted = AnalysisKind.EXTRACTIVE in readings or (not readings and has_no_model(digest))
    if count and read == count:
        key = "all_read"
    elif read:
        key = "some_read_others_quoted" if is_quoted else "some_read"
    else:
        key = "quoted" if count and is_quoted else "picked"
    return _PICKED[key](language, picks=count, read=read)


def has_no_model(digest: Digest) -> bool:
    """Whether no model is set up, so that papers are quoted and not read."""
    return any(note.kind is NoteKind.LOCAL_SCORES for note in digest.notes)


def without_picks(digest: Digest) -> str:
    """Return the line that stands where the picks would: why there is none today."""
    if digest.candidates:
        return say("no_picks", digest.language, threshold=digest.threshold)
    kinds = {note.kind for note in digest.notes}
    some_was_read = digest.scanned or kinds & {
        NoteKind.NO_ANNOUNCEMENT,
        NoteKind.NOT_YET_ANNOUNCED,
    }
    is_down = NoteKind.SOURCE_DOWN in kinds
    key = "nothing_read" if is_down and not some_was_read else "no_papers"
    return say(key, digest.language)


def badges(names: tuple[str, ...]) -> str:
    """Return the sources as readers know them, joined."""
    return " + ".join(map(sources.badge_of, names))


def selections(scanned: tuple[SourceCount, ...], language: Language) -> str:
    """Return what was scanned: "HF Top 15 + arXiv cs.CV"."""
    names = [
        " ".join(filter(None, (sources.label_of(count.source), count.label))) for count in scanned
    ]
    return " + ".join(names) or say("no_sources", language)


def analysed_by(kind: AnalysisKind, model: str, language: Language) -> str:
    """Return who wrote a deep dive, for its badge line."""
    if kind is AnalysisKind.EXTRACTIVE:
        return _QUOTED_SENTENCES(language)
    return model


def note(value: Note, language: Language) -> str:
    """Return the one honest line for `value`."""
    day = f"{value.day:%m-%d}" if value.day else ""
    if day and value.kind is NoteKind.BUNDLED:
        return _BUNDLED_DAYS_END(language, day=day)
    return _NOTES[value.kind](
        language,
        name=sources.label_of(value.source or ""),
        count=value.count or 1,  # a note that counts has some
        next=_NEXT_LIST(language, day=day) if day else "",
    )


def scored_by(kind: ScoreKind, language: Language) -> str:
    """Return what is appended where a score or its reason stands; a model's needs no label."""
    return SCORED_LOCALLY(language) if kind is ScoreKind.LOCAL else ""


_NOTES = Sentences("report.notes", NoteKind)
