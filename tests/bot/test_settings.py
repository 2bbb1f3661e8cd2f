"""Settings: defaults equal `.env.example`; every problem is named at once, without its value."""

from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
from dotenv import dotenv_values
from pydantic import SecretStr

from bot import chains
from bot.logs import redact, secrets_of
from bot.outbound import proxies_by
from bot.settings import Settings, load_settings, secret_files
from core.llm import providers
from core.llm.providers.openai_compatible.client import open_server
from core.models.errors import ConfigError
from core.models.options import Endpoint, Options, Token
from tests.policies import policy

EXAMPLE = Path(__file__).parents[2] / ".env.example"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_the_example_names_every_setting_and_nothing_else() -> None:
    assert set(dotenv_values(EXAMPLE)) == {name.upper() for name in Settings.model_fields}


def test_the_example_shows_the_defaults() -> None:
    assert load_settings(EXAMPLE) == load_settings(None)


def test_each_line_of_the_example_that_shows_a_default_is_really_read(tmp_path: Path) -> None:
    shown = {name for name, value in dotenv_values(EXAMPLE).items() if value}
    expected = {
        name.upper()
        for name, field in Settings.model_fields.items()
        if field.default not in (None, ())
    }
    assert shown == expected


def test_lists_are_split_at_commas_of_both_widths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGEST_INTERESTS", " 图像修复，super-resolution, ,diffusion,diffusion")
    monkeypatch.setenv("TELEGRAM_ADMIN_IDS", "1, 22")
    settings = load_settings()
    assert settings.digest_interests == ("图像修复", "super-resolution", "diffusion")
    assert settings.telegram_admin_ids == (1, 22)


def test_the_environment_wins_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("HF_TOP=7\nDIGEST_TIME=07:15\nSOMEBODY_ELSES=1\n")
    monkeypatch.setenv("HF_TOP", "9")
    settings = load_settings()
    assert settings.hf_top == 9
    assert settings.digest_time == time(7, 15)


def test_an_empty_value_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "")
    monkeypatch.setenv("HF_TOP", "")
    settings = load_settings()
    assert settings.gemini_api_key is None
    assert settings.hf_top == 15


def test_all_problems_come_in_one_message_without_their_values(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = {
        "HF_TOP": "many-secret",
        "DIGEST_LANGUAGE": "fr-secret",
        "DIGEST_TIMEZONE": "Mars/secret",
        "SOURCES": "huggingface,secretx",
        "HF_ENDPOINT": "ftp://secret",
        "DIGEST_MIN_SCORE": "101",
        "DIGEST_TIME": "25:99-secret",
        "TELEGRAM_ADMIN_IDS": "12,secret",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        load_settings()
    message = str(caught.value)
    assert all(name in message for name in wrong)
    assert "secret" not in message
    assert len(message.splitlines()) == len(wrong)


def test_a_file_that_is_not_text_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"HF_TOP=\xff\xfe")
    with pytest.raises(ConfigError, match="UTF-8"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GEMINI_SCORE_MODELS", "deepseek/deepseek-chat"),
        ("GEMINI_ANALYZE_MODELS", "gemini-flash-latest,openai/"),
        ("OPENAI_BASE_URL", "api.deepseek.com"),
        ("OPENAI_BASE_URL", "https://[half"),
        ("OPENAI_BASE_URL", "https://"),
        ("GOOGLE_GEMINI_BASE_URL", "https://host/v1?key=x"),
        ("OPENAI_API_KEY", "密钥"),
    ],
)
def test_what_no_provider_understands_is_refused_at_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=f"^{name}: should "):
        load_settings()


def test_a_model_is_named_as_its_provider_writes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    names = "models/gemini-flash-latest,openai/deepseek-ai/DeepSeek-V3,openai/qwen3:8b"
    monkeypatch.setenv("GEMINI_SCORE_MODELS", names)
    assert load_settings().gemini_score_models == tuple(names.split(","))


def test_a_provider_says_itself_what_can_be_set_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class TestingOptions(Options):
        testing_api_key: Token | None = None
        testing_base_url: Endpoint = "https://models.example"
        testing_rpm: int | None = None

    own = replace(policy(), prefix="testing/", options=TestingOptions)
    monkeypatch.setenv("GEMINI_SCORE_MODELS", "testing/large")
    monkeypatch.setenv("TESTING_API_KEY", "made-up-key-0123456789")
    monkeypatch.setenv("TESTING_RPM", "7")
    with pytest.raises(ConfigError, match="should be names such as"):
        load_settings()
    registered = (*providers.PROVIDERS, providers.Provider(own, open_server))
    monkeypatch.setattr(providers, "PROVIDERS", registered)
    settings = load_settings()
    assert chains.key_of(own, settings) == SecretStr("made-up-key-0123456789")
    assert "TESTING_API_KEY_FILE" in secret_files()
    assert "TESTING_RPM" not in str(settings.unknown_variables)
    assert chains.policy_of(own, settings).limits_of("testing/large").rpm == 7


def test_keys_do_not_show_in_a_representation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "AIza-very-secret")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:very-secret")
    assert "very-secret" not in repr(load_settings())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEBHOOK_SECRET", "has space!"),
        ("WEBHOOK_SECRET", "x" * 257),
        ("WEBHOOK_SECRET", "秘密"),
        ("WEBHOOK_SECRET", "dot.ted"),
        ("WEBHOOK_URL", "http://bot.example.org/hook"),
        ("WEBHOOK_URL", "bot.example.org"),
        ("WEBHOOK_URL", "https://:8443/hook"),
        ("WEBHOOK_URL", "https://[half"),
        ("WEBHOOK_URL", "https://bot.example.org:port/hook"),
        ("WEBHOOK_URL", "https://bot.example.org/ho ok"),
        ("WEBHOOK_URL", "https://bot.example.org/hook#there"),
        ("WEBHOOK_LISTEN", "everywhere"),
        ("WEBHOOK_LISTEN", "127.0.0.1:99999"),
        ("TELEGRAM_BOT_TOKEN", "my-token"),
        ("TELEGRAM_BOT_TOKEN", "123456:with/slash"),
        ("TELEGRAM_BOT_TOKEN", "https://t.me/123456:abc"),
    ],
)
def test_what_telegram_would_refuse_is_refused_at_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as refused:
        load_settings()
    said = str(refused.value)
    assert said.startswith(f"{name}: should ")
    assert "\n" not in said
    assert "; " not in said
    assert value not in said


def test_what_telegram_takes_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_URL", "https://bot.example.org:8443/hook")
    monkeypatch.setenv("WEBHOOK_SECRET", "A-z_9" * 51)
    monkeypatch.setenv("WEBHOOK_LISTEN", "[::1]:8443")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", " 123456:" + "Aa0_-" * 7 + "\n")
    assert load_settings().webhook_url == "https://bot.example.org:8443/hook"


def test_a_bot_api_server_of_ones_own_takes_http_webhooks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:8081")
    monkeypatch.setenv("WEBHOOK_URL", "http://127.0.0.1:8443/hook")
    assert load_settings().webhook_url == "http://127.0.0.1:8443/hook"


@pytest.mark.parametrize("kind", ["folder", "device", "huge", "loop"])
def test_an_env_that_is_no_file_of_settings_is_refused_in_a_line(kind: str) -> None:
    file = Path(".env")
    if kind == "folder":
        file.mkdir()
    elif kind == "huge":
        file.write_bytes(b"#" * 1_000_001)
    else:
        file.symlink_to("/dev/zero" if kind == "device" else ".env")
    with pytest.raises(ConfigError, match=r"\.env") as refused:
        load_settings()
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "http_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("is_file", [False, True])
def test_proxies_are_read_in_either_case_from_either_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, is_file: bool
) -> None:
    value, beside = "socks://me:hunter2@127.0.0.1:7891", "a.example b.example,10.0.0.0/8"
    if is_file:
        (tmp_path / ".env").write_text(f"{name}={value}\nno_proxy={beside}\n")
    else:
        monkeypatch.setenv(name, value)
        monkeypatch.setenv("no_proxy", beside)
    settings = load_settings()
    proxies = proxies_by(settings)
    wanted = {"HTTPS_PROXY": (True, False), "http_proxy": (False, True), "ALL_PROXY": (True, True)}
    assert (proxies.https is not None, proxies.http is not None) == wanted[name]
    assert str(proxies.https or proxies.http) == "socks5://127.0.0.1:7891"
    assert settings.no_proxy == ("a.example", "b.example", "10.0.0.0/8")
    assert "hunter2" not in repr(settings)
    assert redact("said hunter2", secrets_of(settings)) == "said [secret]"


def test_a_schemes_own_proxy_comes_before_the_one_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Clash puts into a shell: three variables, two kinds."""
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:7890")
    monkeypatch.setenv("all_proxy", "socks5://127.0.0.1:7891")
    proxies = proxies_by(load_settings())
    assert str(proxies.https) == "http://127.0.0.1:7890"
    assert str(proxies.http) == "socks5://127.0.0.1:7891"


@pytest.mark.parametrize("names", [("HTTPS_PROXY", "https_proxy"), ("https_proxy", "HTTPS_PROXY")])
def test_of_two_cases_the_lower_counts_as_everywhere(
    monkeypatch: pytest.MonkeyPatch, names: tuple[str, str]
) -> None:
    for name in names:
        monkeypatch.setenv(name, f"http://127.0.0.1:{2 if name.islower() else 1}")
    assert str(proxies_by(load_settings()).https) == "http://127.0.0.1:2"


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"])
def test_a_value_that_is_no_proxy_is_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "gopher://me:hunter2@somewhere:70")
    with pytest.raises(ConfigError, match=f"^{name}: should be an address such as") as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)


def test_variables_that_are_no_settings_are_named_with_the_nearest_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = ("GEMINI_KEY", "DIGEST_TOPN", "TELEGRAM_TOKEN", "TELEGRAM_BOT_TOKN", "MY_THING")
    Path(".env").write_text("".join(f"{name}=geheim{n}\n" for n, name in enumerate(names)))
    monkeypatch.setenv("DIGEST_LANGAUGE", "geheim")
    said = load_settings().unknown_variables
    assert [sentence.partition("mean ")[2] for sentence in said] == [
        "GEMINI_API_KEY?",
        "DIGEST_TOP_N?",
        "TELEGRAM_BOT_TOKEN?",
        "TELEGRAM_BOT_TOKEN?",
        "",
        "DIGEST_LANGUAGE?",
    ]
    assert said[0].startswith(".env: 'GEMINI_KEY' is no setting")
    assert said[-1].startswith("environment: 'DIGEST_LANGAUGE'")
    assert "geheim" not in "".join(said)


@pytest.mark.parametrize(
    ("name", "is_told"),
    [
        ("GEMINI_KEY", True),
        ("TELEGRAM_TOKEN", True),
        ("DIGEST_TOPN", True),
        ("GEMINI_API_KEYS", True),
        ("GEMINI_CLI_HOME", False),
        ("TELEGRAM_PROXY_FOO", False),
        ("GEMINI_MODEL", False),
        ("HF_HOME", False),
        ("HF_TOKEN", False),
        ("LOG_FILE", False),
        ("NO_COLOR", False),
        ("DATABASE_HOST", False),
        ("DATA_HOME", False),
        ("OPENAI_ORG", False),
        ("SSL_CERT", False),
        ("PATH", False),
    ],
)
def test_of_the_environment_only_what_is_nearly_a_setting_is_told(
    monkeypatch: pytest.MonkeyPatch, name: str, *, is_told: bool
) -> None:
    monkeypatch.setenv(name, "x")
    assert any(f"'{name}'" in said for said in load_settings(None).unknown_variables) == is_told


def test_a_foreign_variable_beside_the_right_one_is_not_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GEMINI_KEY", "x")
    monkeypatch.setenv("GEMINI_API_KEY", "y")
    assert load_settings(None).unknown_variables == ()


def test_every_secret_may_be_given_as_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert {"TELEGRAM_BOT_TOKEN_FILE", "GEMINI_API_KEY_FILE", "WEBHOOK_SECRET_FILE"} <= set(
        secret_files()
    )
    (tmp_path / "token").write_text("123:abc\n")
    (tmp_path / "key").write_text("\ufeff key \n")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(tmp_path / "token"))
    Path(".env").write_text(f"GEMINI_API_KEY_FILE={tmp_path / 'key'}\nTELEGRAM_BOT_TOKEN=\n")
    settings = load_settings()
    assert settings.telegram_bot_token is not None
    assert settings.telegram_bot_token.get_secret_value() == "123:abc"
    assert settings.gemini_api_key is not None
    assert settings.gemini_api_key.get_secret_value() == "key"
    assert settings.unknown_variables == ()


def test_what_is_wrong_with_a_secrets_file_is_said_beside_all_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "empty").write_text("\n")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("WEBHOOK_SECRET_FILE", str(tmp_path / "empty"))
    monkeypatch.setenv("OPENREVIEW_PASSWORD_FILE", str(tmp_path))
    monkeypatch.setenv("GEMINI_API_KEY_FILE", str(tmp_path / "empty"))
    monkeypatch.setenv("GEMINI_API_KEY", "x")
    monkeypatch.setenv("HF_TOP", "many")
    with pytest.raises(ConfigError) as caught:
        load_settings(None)
    assert sorted(line.partition(":")[0] for line in str(caught.value).splitlines()) == [
        "GEMINI_API_KEY_FILE",
        "HF_TOP",
        "OPENREVIEW_PASSWORD_FILE",
        "TELEGRAM_BOT_TOKEN_FILE",
        "WEBHOOK_SECRET_FILE",
    ]
    assert str(tmp_path) not in str(caught.value)
