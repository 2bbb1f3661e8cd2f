"""A machine whose only way out is a proxy: no name resolves here, everything works."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bot.cli.test_commands import Shell, world
from tests.bot.cli.test_serving import ANA, CHANNEL, running, shell, told_to_stop
from tests.bot.conftest import Telegram
from tests.servers import papers as doubles
from tests.servers.certificates import certified
from tests.servers.gemini import KEY
from tests.servers.proxies import WayOut, secured, way_out

__all__ = ["shell", "world"]
DAY = ("--date", "2026-03-13")
pytestmark = pytest.mark.timeout(180)  # several processes in one scene, on a busy machine
ACCOUNT = ("me", "hunter2!")
Tell = Callable[[str, Shell], None]


@pytest.fixture
def way(
    world: doubles.Services, telegram: Telegram, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> WayOut:
    """What the proxy knows; the bot's endpoints are names that nobody else does."""
    services = world.url.removeprefix("http://")
    shell.environment |= {
        "HF_ENDPOINT": "http://huggingface.test/hf",
        "ARXIV_ENDPOINT": "http://arxiv.test/arxiv",
        "GOOGLE_GEMINI_BASE_URL": "https://gemini.test/gemini",
        "GEMINI_API_KEY": KEY,
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "TELEGRAM_API_URL": "https://api.telegram.test",
        "TELEGRAM_CHANNEL_IDS": "@cv_daily",
        "TELEGRAM_ADMIN_IDS": str(ANA),
        "DIGEST_TIMEZONE": "UTC",
        "LOG_LEVEL": "DEBUG",
    }
    return WayOut(
        {
            "huggingface.test": services,
            "arxiv.test": services,
            "gemini.test": services,
            "api.telegram.test": telegram.url.removeprefix("http://"),
        },
        ACCOUNT,
    )


def environment(url: str, shell: Shell) -> None:
    """As Clash's "copy proxy command" puts it into a shell; ALL_PROXY must not disturb."""
    shell.environment |= {
        "http_proxy": url,
        "https_proxy": url,
        "all_proxy": "socks5://127.0.0.1:9",
    }


def env_file(url: str, shell: Shell) -> None:
    """As GNOME says it, in `.env`."""
    text = f"ALL_PROXY={url.replace('socks5://', 'socks://')}/\n"
    (shell.folder / ".env").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(("kind", "tell"), [("http", environment), ("socks5", env_file)])
async def test_digest_push_and_run_have_no_other_way_out(
    shell: Shell, telegram: Telegram, way: WayOut, kind: str, tell: Tell
) -> None:
    context, trusted = certified(shell.folder, "gemini.test", "api.telegram.test")
    shell.environment["SSL_CERT_FILE"] = str(trusted)
    async with (
        way_out(kind, way),
        secured(way, "gemini.test", "api.telegram.test", context=context),
    ):
        tell(way.url.replace("://", "://me:hunter2!@"), shell)
        digest = await shell("digest", *DAY, "--out", "out")
        assert digest.code == 0, digest.err
        assert (shell.folder / "out" / "2026-03-13.md").exists()
        for name in ("huggingface.test", "arxiv.test", "gemini.test"):
            assert way.seen(name), name
        push = await shell("push", *DAY)
        assert push.code == 0, push.err
        assert len(telegram.world.received(CHANNEL)) == 1
        assert way.seen("api.telegram.test")
        way.log.clear()
        telegram.people.start(ANA)
        async with running(shell, DIGEST_TIME="23:59") as process:
            [hello, *_] = await telegram.answers(ANA)
            assert "/settings" in hello["text"]
            assert way.seen("api.telegram.test:443")
            code, said = await told_to_stop(process)
        assert code == 0, said
        assert "hunter2" not in digest.err + digest.out + push.err + push.out + said


async def test_a_value_that_is_no_proxy_is_one_clear_line(shell: Shell) -> None:
    result = await shell("stats", https_proxy="gopher://me:hunter2@somewhere:70")
    assert result.code == 2
    [line] = result.err.splitlines()
    assert line.startswith("paperboy: HTTPS_PROXY: should be an address such as http://")


async def test_certificates_that_cannot_be_read_are_one_clear_line(
    shell: Shell, tmp_path: Path
) -> None:
    (tmp_path / "empty.pem").write_text("nothing\n")
    result = await shell("stats", SSL_CERT_FILE=str(tmp_path / "empty.pem"))
    assert result.code == 2
    [line] = result.err.splitlines()
    assert line.startswith("paperboy: SSL_CERT_FILE: should name certificates")
