"""No line of the log carries a secret, whatever field or traceback it hides in."""

import json
import logging
import subprocess
import sys
import warnings
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import OURS, configure_logs, redact, secrets_of, who
from bot.settings import Settings
from core.models.errors import StoreError

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
KEY = "AIzaSyD-1234567890abcdefghijklmnopqrstu"


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    loggers = [root, *(logging.getLogger(name) for name in OURS)]
    handlers, levels = root.handlers[:], [logger.level for logger in loggers]
    hook, show = sys.excepthook, warnings.showwarning
    yield
    sys.excepthook, warnings.showwarning = hook, show
    root.handlers[:] = handlers
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


def test_all_secret_settings_are_known() -> None:
    settings = Settings(
        _env_file=None,
        telegram_bot_token=TOKEN,
        gemini_api_key=KEY,
        openreview_password="correct horse",
        webhook_secret="staple_battery",
    )
    assert secrets_of(settings) == {TOKEN, KEY, "correct horse", "staple_battery"}


@pytest.mark.parametrize(
    "text",
    [
        f"POST https://api.telegram.org/bot{TOKEN}/getMe",
        f"x-goog-api-key: {KEY}",
        "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.abcdefghijklmnop",
    ],
)
def test_things_of_a_keys_shape_are_blanked_even_when_unknown(text: str) -> None:
    blanked = redact(text, ())
    assert "[secret]" in blanked
    assert not any(part in blanked for part in (TOKEN, KEY, "eyJhbGciOiJIUzI1NiJ9"))


@given(st.text(), st.text(min_size=4, max_size=30).filter(lambda text: text not in "[secret]"))
def test_a_known_secret_never_survives(text: str, secret: str) -> None:
    assert secret not in redact(f"{text}{secret}{text}", [secret]).replace("[secret]", "")


def test_a_traceback_and_an_argument_are_blanked(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(level="INFO", form="console", secrets={"hunter22"})
    logger = logging.getLogger("bot.test")
    try:
        int(f"{TOKEN} and hunter22")
    except ValueError:
        logger.exception("it failed with %s", KEY)
    shown = capsys.readouterr().err
    assert "ValueError" in shown
    assert "test_a_traceback_and_an_argument_are_blanked" in shown
    assert not any(secret in shown for secret in (TOKEN, KEY, "hunter22"))


def test_what_ends_the_program_is_logged_without_what_it_quotes() -> None:
    code = (
        "import warnings; from bot.logs import configure_logs;"
        f"configure_logs(level='INFO', form='json', secrets=set()); warnings.warn('{KEY} said');"
        f"raise RuntimeError('{TOKEN} of reader 123456789')"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    warned, crashed = map(json.loads, ended.stderr.splitlines())
    assert ended.returncode == 1
    assert warned["event"].startswith("a library warned: UserWarning at ")
    assert (crashed["level"], crashed["event"]) == (
        "critical",
        "this is a bug, and ended the program",
    )
    assert "RuntimeError" in crashed["exception"]
    assert not any(secret in ended.stderr for secret in (TOKEN, KEY, "123456789"))


def test_json_lines_are_json_even_when_blanked(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(level="INFO", form="json", secrets=())
    logging.getLogger("bot.test").warning("用 %s 登录", TOKEN)
    line = json.loads(capsys.readouterr().err)
    assert line["event"] == "用 [secret] 登录"
    assert line["level"] == "warning"
    assert line["logger"] == "bot.test"


def test_clients_that_log_urls_are_kept_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(level="DEBUG", form="console", secrets=())
    for name in ("httpx", "aiohttp.access", "google_genai.models", "telegram.ext"):
        logging.getLogger(name).info("GET https://example.org/bot1/getMe")
    assert capsys.readouterr().err == ""


def test_libraries_are_heard_without_their_values_and_we_with_ours(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs(level="DEBUG", form="console", secrets=())
    logging.getLogger("sqlalchemy.engine.Engine").debug("SELECT zebra")
    logging.getLogger("telegram.Bot").critical("got %r of %(x)s, %5.1f%%", {"x": "zebra"})
    logging.getLogger("core.test").debug("%d papers of %s", 12, "reader ~ab12")
    shown = capsys.readouterr().err
    assert "zebra" not in shown
    assert "12 papers of reader ~ab12" in shown
    assert "got … of …" in shown


def test_only_our_own_exceptions_say_why_and_chains_without_end_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs(level="DEBUG", form="json", secrets=())
    ours, theirs = StoreError("the disk is full"), KeyError("zebra")
    ours.__cause__, theirs.__cause__ = theirs, ours
    logging.getLogger("bot.test").error("failed", exc_info=ours)
    line = json.loads(capsys.readouterr().err)
    assert "StoreError: the disk is full" in line["exception"]
    assert "KeyError" in line["exception"]
    assert "zebra" not in line["exception"]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("no chat 123456789", "no chat ~"),
        ("no chat -1001234567890", "no chat -1001234567890"),
        ("2603.11323 and 20260313 of v12", "2603.11323 and ~"),
        ("at 0x7f3bab123456 and 1000000 tokens", "at 0x7f3bab123456 and 1000000 tokens"),
    ],
)
def test_a_number_as_long_as_ids_are_is_blanked(
    capsys: pytest.CaptureFixture[str], said: str, shown: str
) -> None:
    configure_logs(level="INFO", form="console", secrets=())
    logging.getLogger("bot.test").info(said)
    assert shown in capsys.readouterr().err


def test_a_scope_or_a_name_is_a_chat_too() -> None:
    assert who("@cv_daily") == "chat @cv_daily"
    assert who("123") == who(123) != "reader 123"
