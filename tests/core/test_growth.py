"""Whatever looks at foreign text takes time in proportion to it: nothing quadratic is left.

What looks at text is found, not listed (`tests/growth.py`). What is left out is left out here, with
its reason; a name that is not needed any more fails. All atoms and pairs of them, with more time:
`python -m tests.bench.growth`.
"""

import re
from collections.abc import Callable
from functools import cache, partial

import pytest

from bot.features.search import slips
from bot.render.text import Text, join
from core.analyze.measures import measured
from core.models.paper_id import parse_arxiv_id
from core.score.topics import MOST
from tests.growth import ATOMS, FIRST, WORST, Looker, growth, lookers

ELSEWHERE = {
    "bot.playground.": "a tool for one person, on their own machine, for their own texts",
    "bot.demo.": "plays what is bundled",
    "bot.cli.": "one person's arguments",
    "bot.daily.": "wires things together",
    "bot.chains.": "settings",
    "bot.outbound.": "settings",
    "bot.render.reader_time.": "names of time zones, looked up as files",
    "core.llm.policy.ProviderPolicy": "settings",
    "core.score.background.": "a packed file of ours",
    "core.sandbox.worker.done": "a value of ours, pickled by us",
    "core.models.paper_id.written": "patterns of ours",
    "core.text.glossary.parse": "a file of ours (dotted keys of TOML are quadratic)",
}
BOUNDED = {
    "core.analyze.measures.measured": "sentences by interests, and of these a reader has few",
    "bot.render.text.join": "its separator is ours, of one or two characters",
    "bot.features.search.slips": "a paper's id, whose form was checked",
}
OUT_OF_REACH = {
    "core.documents.markdown_formulas.with_formulas_kept": "see parse_markdown",
    "core.documents.markdown_tables.html_table": "its cleaner is a function; see parse_markdown",
    "core.documents.markdown_tables.table": "its cleaner is a function; see parse_markdown",
    "core.documents.latexml_tree.formula_of": "a parsed page; see parse_latexml",
    "core.analyze.check.results.Results": "a text ready to be checked; see Verifier",
    "core.text.loops.said_once": "what holds a text is anything; see without_loops",
    "core.digest.builder.choice_notes": "notes of ours",
    "core.digest.gather.scanned": "what sources announced, as papers",
    "core.digest.gather.source_notes": "what sources announced, as papers",
    "core.llm.providers.gemini.answers.read_answer": "the client's answers; see parse_answer",
    "core.llm.providers.gemini.errors.translated": "the client's errors",
    "core.report.reading.with_doubts": "what was found in a text; see check",
    "core.sandbox.workers.heard": "what shape an answer has is the work's; see done",
    "core.store.papers.reading_key.in_order": "a table of ours",
    "core.score.local.rank_index": "an index of papers, made with numpy",
    "core.text.words.occurrences": "what is looked for is a container; see words",
    "bot.commands.paper.request_for": "who asks, and a paper that was found",
    "bot.commands.settings_menu.overview": "a chat's settings",
    "bot.commands.keyboard.on_tap": "a pattern of ours",
    "bot.features.deep_dives.request.own_focus": "a chat's topics",
    "bot.render.search_results.found": "papers of a page of results",
    "bot.render.feedback_buttons.relabelled": "buttons of ours",
    "bot.logs.RedactingFormatter": "lines of ours",
}
CLIENTS = {
    "core.fetch.arxiv.ArxivSource",
    "core.figures.arxiv.ArxivFigures",
    "core.documents.full_text.FullText",
    "core.fetch.huggingface.HuggingFaceSource",
    "core.fetch.openreview.OpenReviewSource",
    "core.llm.providers.gemini.client.GeminiModel",
    "core.llm.providers.openai_compatible.client.ChatModel",
    "core.digest.baseline.Usual",
    "core.digest.score.Scorer",
    "core.fetch.http.Http",
    "core.personal.list_builder.ListBuilder",
    "bot.app.bot.daily_jobs",
    "bot.features.deep_dives.awaited_looks.AwaitedLooks",
    "bot.features.deep_dives.focus_takeaways.FocusTakeaways",
    "bot.features.topics.TopicService",
    "bot.process.supervisor.Supervisor",
    "bot.process.webhook.WebhookServer",
}
"""They hold a client or a store, and hand texts on."""
SHARDS, BUDGET = 4, 0.05


@cache
def found() -> tuple[list[Looker], list[str]]:
    return lookers({*ELSEWHERE, *BOUNDED})


@pytest.mark.parametrize("shard", range(SHARDS))
def test_nothing_that_looks_at_text_is_quadratic(shard: int) -> None:
    grown = {
        looker.name: growth(looker, ATOMS[:FIRST], BUDGET) for looker in found()[0][shard::SHARDS]
    }
    assert {name: worst for name, worst in grown.items() if worst[1] >= WORST} == {}


def test_what_is_left_out_is_still_there_and_nothing_else_is() -> None:
    assert set(found()[1]) == {*OUT_OF_REACH, *CLIENTS}
    made, puzzling = lookers()
    there = {*(looker.name for looker in made), *puzzling}
    for name in (*ELSEWHERE, *BOUNDED):
        assert any(one == name or one.startswith(name) for one in there), name


def test_with_as_many_interests_as_a_reader_may_have_measuring_is_linear() -> None:
    def prepare(text: str) -> Callable[[], object]:
        sentences = [text[at : at + 40] for at in range(0, len(text), 40)]
        return partial(measured, sentences, sentences[:MOST], "")

    assert growth(Looker("it", prepare), ATOMS[:FIRST])[1] < WORST


def test_with_a_short_separator_joining_is_linear() -> None:
    def prepare(text: str) -> Callable[[], object]:
        parts = [Text(text[at : at + 2]) for at in range(0, len(text), 2)]
        return partial(join, "\n\n", parts)

    assert growth(Looker("it", prepare), ATOMS[:FIRST])[1] < WORST


def test_an_id_is_short() -> None:
    assert parse_arxiv_id("2603." + "1" * 20) is None
    assert parse_arxiv_id("a" * 100 + "/0101001") is None
    assert len(list(slips("2603.12345"))) < 200


def test_what_is_quadratic_is_told() -> None:
    def looker(pattern: str) -> Looker:
        return Looker("it", lambda text: lambda: re.findall(pattern, text))

    assert growth(looker("(?:a|b)+"), ["a"])[1] < WORST
    assert growth(looker("a+b"), ["a"])[1] >= WORST
