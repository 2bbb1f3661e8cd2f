"""Messages as readers see them, compared with files that are reviewed like code."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.render.contents import contents, quiet_day, sources_down
from bot.render.deep_dive import dive
from bot.render.message import Message
from bot.render.search_results import found
from bot.render.view import View
from core.analyze.deep_dives import DeepDive
from core.models.values import Delay, Note, NoteKind
from tests.bot.render.drawing import drawn
from tests.bot.render.examples import DAY, REASONS, edition, paper, quotes, reading, scored
from tests.bot.render.hits import Hits
from tests.telegram_parser import judge

GOLDEN = Path(__file__).parents[2] / "data" / "messages"
PRIVATE_ZH = View("zh", "paperboy_bot", is_private=True)
PRIVATE_EN = View("en", "paperboy_bot", is_private=True)
CHANNEL_ZH = View("zh", "paperboy_bot", is_private=False)

_missed = [
    edition(
        day=date(2026, 3, 11),
        picks=(scored(paper(5, listed=date(2026, 3, 11)), 81),),
        others=(),
        notes=(),
    ),
    edition(day=date(2026, 3, 12), picks=(), others=(), notes=()),
    edition(),
]
_nothing = edition(
    picks=(),
    notes=(Note(kind=NoteKind.NO_ANNOUNCEMENT, source="arxiv", day=date(2026, 3, 16)),),
)
_waits = DeepDive(quotes().analysis, Delay.QUOTA, timedelta(hours=3))

CASES: dict[str, Callable[[], Sequence[Message]]] = {
    "contents_zh": lambda: contents([edition()], PRIVATE_ZH),
    "contents_en": lambda: contents([edition("en")], PRIVATE_EN),
    "contents_channel": lambda: contents([edition()], CHANNEL_ZH),
    "contents_no_picks": lambda: contents([_nothing], PRIVATE_ZH),
    "contents_missed_days": lambda: contents(_missed, PRIVATE_ZH),
    "quiet_day_zh": lambda: [quiet_day(date(2026, 3, 14), date(2026, 3, 16), "zh")],
    "quiet_day_en": lambda: [quiet_day(date(2026, 3, 14), None, "en")],
    "sources_down_zh": lambda: [sources_down(DAY, ["huggingface", "arxiv"], "zh")],
    "sources_down_en": lambda: [sources_down(DAY, [], "en")],
    "dive_zh": lambda: dive(
        paper(1), reading(), "zh", scored(paper(1), 93, reason=REASONS[1]["zh"])
    ),
    "dive_quotes_zh": lambda: dive(paper(1), _waits, "zh"),
    "dive_quotes_en": lambda: dive(paper(1), quotes(), "en"),
    "found_zh": lambda: [
        found("图像修复 diffusion", Hits(19, [paper(n) for n in range(1, 9)]), 1, "zh")
    ],
    "found_nothing_en": lambda: [found("quantum sandwiches", Hits(0, []), 0, "en")],
}


@pytest.mark.parametrize("name", CASES)
def test_a_message_is_its_golden_file(name: str) -> None:
    messages = CASES[name]()
    assert [judge(message) for message in messages] == [[] for _ in messages]
    assert drawn(*messages) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
