"""Every alert says what happened and what to do, in both languages, in our own words."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.daily.alerts import alert_text, sentence
from core.llm.alerts import Alert, AlertKind
from core.models.values import Language
from tests.policies import policy

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("left", [(), ("model-b", "model-c")])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", AlertKind)
def test_every_alert_is_one_sentence_in_both_languages(
    kind: AlertKind, language: Language, left: tuple[str, ...]
) -> None:
    alert = Alert(kind, "model-a", NOW, left, NOW + timedelta(hours=6), policy())
    words = alert_text(alert, language, NOW, SHANGHAI)
    line = sentence(words, language)
    assert words.what
    assert words.advice
    assert bool(re.search("[\u4e00-\u9fff]", line)) == (language == "zh")
    assert not re.search("[{}]|None", line)
    assert ("model-a" in line) == kind.value.startswith("model")


def test_a_retired_model_is_named_with_those_that_go_on() -> None:
    gone = Alert(AlertKind.MODEL_GONE, "model-a", NOW, ("model-b",))
    assert sentence(alert_text(gone, "en", NOW, SHANGHAI), "en") == (
        "There is no model model-a (any more); replace it in GEMINI_SCORE_MODELS /"
        " GEMINI_ANALYZE_MODELS; these go on: model-b."
    )
    assert sentence(alert_text(gone, "zh", NOW, SHANGHAI), "zh").endswith(
        "其余模型照常工作：model-b。"
    )


def test_without_any_other_model_it_says_what_remains() -> None:
    gone = Alert(AlertKind.MODEL_GONE, "model-a", NOW)
    assert "no model is left" in alert_text(gone, "en", NOW, SHANGHAI).advice


def test_a_day_used_up_says_until_when_in_local_time() -> None:
    used = Alert(AlertKind.DAY_USED_UP, None, NOW, until=NOW + timedelta(hours=6))
    assert "16:00 (in 6 h)" in alert_text(used, "en", NOW, SHANGHAI).what
    assert "16:00（6 小时后）" in alert_text(used, "zh", NOW, SHANGHAI).what


def test_what_was_seen_says_when_in_local_time() -> None:
    down = Alert(AlertKind.SERVICE_UNAVAILABLE, None, NOW - timedelta(hours=1), provider=policy())
    assert "(09:00)" in alert_text(down, "en", NOW, SHANGHAI).what
