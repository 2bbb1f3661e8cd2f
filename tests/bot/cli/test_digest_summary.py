"""What the summary of a digest says about what is still to come."""

from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bot.cli.digest_summary import DigestSummary, show
from bot.cli.progress import watching
from core.models.values import Delay, Language
from tests.core.report.examples import edition

NEXT = datetime(2026, 3, 14, 15, 1)  # noqa: DTZ001 - only printed


def shown(delay: Delay, language: Language, **changes: object) -> str:
    made = edition()
    digest = made.digest.model_copy(update={"language": language})
    waiting = {digest.picks[1].paper.id: delay}
    values: dict[str, object] = {
        "edition": made.model_copy(update={"digest": digest, "waiting": waiting}),
        "path": Path("x.md"),
        "elapsed": timedelta(seconds=2),
        "calls": 3,
        "cost_usd": 0.01,
        "reused": False,
        "next_try": NEXT,
    }
    out = StringIO()
    show(DigestSummary(**(values | changes)), Console(file=out, width=200))  # type: ignore[arg-type]
    return out.getvalue()


@pytest.mark.parametrize(
    ("delay", "language", "said"),
    [
        (Delay.QUOTA, "zh", "1 篇深度解读在排队，03-14 15:01 后再次运行即可补上"),
        (Delay.SERVICE, "zh", "1 篇深度解读在排队，03-14 15:01 后再次运行会再试一次"),
        (Delay.QUOTA, "en", "1 deep dive is queued; run again after 03-14 15:01 to add them"),
        (Delay.SERVICE, "en", "run again after 03-14 15:01 to try once more"),
    ],
)
def test_the_summary_promises_only_what_is_sure(
    delay: Delay, language: Language, said: str
) -> None:
    assert said in shown(delay, language)


def test_the_summary_names_days_that_were_mended_and_what_the_operator_must_do() -> None:
    text = shown(Delay.QUOTA, "zh", mended=[date(2026, 3, 12)], alerts=["换上新的密钥。"])
    assert "补上了 2026-03-12 的深度解读" in text
    assert "⚠ 换上新的密钥。" in text


def test_of_many_who_wait_only_a_later_end_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with watching("zh", lambda: NEXT) as watcher:
        for seconds in (40, 40, 20, 100, 0):
            watcher.on_wait(NEXT + timedelta(seconds=seconds))
    assert capsys.readouterr().err.splitlines() == [
        "等待模型，约 40 秒后继续",
        "等待模型，约 2 分钟后继续",
    ]
