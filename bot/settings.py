"""Settings from the environment and `.env`; nothing else reads either.

The names are the product's outer surface. `.env.example` lists each with its default; a test
keeps the two equal. All problems are reported at once, and never with a value: it may be a key.
"""

import os
import re
from collections.abc import Mapping
from datetime import time
from functools import cache
from io import StringIO
from pathlib import Path
from types import new_class
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast, get_args
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.unknown_settings import unknown
from core.fetch import sources
from core.fetch.proxies import parse_proxy
from core.fetch.spec import SourceSpec
from core.llm import providers
from core.models.errors import ConfigError
from core.models.options import Endpoint, Names, Numbers, Options, Token, is_reachable, split
from core.models.values import Language

MISSION_INTERESTS = (
    "image restoration",
    "masked autoregressive",
    "flow matching",
    "super-resolution",
    "diffusion",
    "image generation",
)
TELEGRAM = "https://api.telegram.org"


def _proxy(value: SecretStr) -> SecretStr:
    parse_proxy(value.get_secret_value())
    return value


def _split_also_at_spaces(value: Any) -> Any:
    return split(",".join(value.split())) if isinstance(value, str) else value


def _zone(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return ZoneInfo(value)
    except (KeyError, ValueError, OSError):  # unknown, malformed, a directory
        raise ValueError("should be a time zone such as Asia/Shanghai") from None


def _telegram_token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", value.get_secret_value()):
        raise ValueError("should be digits, a colon and letters, as @BotFather gave it to you")
    return value


def _webhook_secret(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
        raise ValueError("should be 1 to 256 letters, digits, _ or - (plain ones: Telegram's rule)")
    return value


def listen_address(text: str) -> tuple[str, int]:
    """Return host and port of "0.0.0.0:8443", "[::1]:8443", ":8443", "8443".

    Raise `ValueError`.
    """
    host, _, port = text.strip().rpartition(":")
    if not (port.isascii() and port.isdigit() and len(port) < 6 and 0 < int(port) < 65536):
        raise ValueError("should be host:port, such as 127.0.0.1:8443")
    host = host.removeprefix("[").removesuffix("]")
    if not re.fullmatch(r"[A-Za-z0-9.:_-]*", host):
        raise ValueError("should be host:port, such as 127.0.0.1:8443")
    return host or "0.0.0.0", int(port)


def _listen(value: str) -> str:
    listen_address(value)
    return value


def _models(names: tuple[str, ...]) -> tuple[str, ...]:
    """Before a slash stands who serves a model, or how Google itself writes its own."""
    policies = [provider.policy for provider in providers.PROVIDERS]
    starts = {start for policy in policies for start in (policy.prefix, *policy.written) if start}
    for name in names:
        start, slash, model = name.partition("/")
        if slash and not (model and start + slash in starts):
            raise ValueError("should be names such as gemini-flash-latest or openai/NAME")
    return names


ProxyAddress = Annotated[SecretStr, AfterValidator(_proxy)]
Models = Annotated[Names, AfterValidator(_models), Field(min_length=1)]
MODEL_LISTS = "GEMINI_SCORE_MODELS / GEMINI_ANALYZE_MODELS"
DEFAULT_MODELS = ("gemini-flash-latest", "gemini-flash-lite-latest")


MAX_FILE = 1_000_000
MAX_SECRET = 10_000


class _Settings(BaseSettings):
    """Everything that can be set. Field names in capitals are the variables' names."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        enable_decoding=False,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the lower case count where the environment has a name in both, as curl does."""
        assert isinstance(env_settings, EnvSettingsSource)
        both = sorted(os.environ.items())  # capitals come first
        env_settings.env_vars = {name.lower(): value for name, value in both if value}
        return init_settings, env_settings, dotenv_settings, file_secret_settings

    telegram_bot_token: Annotated[Token, AfterValidator(_telegram_token)] | None = None
    telegram_channel_ids: Names = ()
    telegram_admin_ids: Numbers = ()
    telegram_allowed_user_ids: Numbers = ()
    telegram_api_url: Endpoint = TELEGRAM
    telegram_rate: int = Field(default=30, ge=1, le=1000)
    telegram_rich_messages: bool = False
    telegram_quiet_days: bool = True
    readings_per_user: int = Field(default=10, ge=0)
    readings_per_day: int = Field(default=100, ge=0)
    focus_calls_per_day: int = Field(default=8, ge=0)

    https_proxy: ProxyAddress | None = None
    http_proxy: ProxyAddress | None = None
    all_proxy: ProxyAddress | None = None
    no_proxy: Annotated[tuple[str, ...], BeforeValidator(_split_also_at_spaces)] = ()
    ssl_cert_file: Path | None = None
    ssl_cert_dir: Path | None = None

    gemini_score_models: Models = DEFAULT_MODELS
    gemini_analyze_models: Models = DEFAULT_MODELS

    sources: Names = ("huggingface", "arxiv")

    digest_interests: Annotated[Names, Field(min_length=1)] = MISSION_INTERESTS
    digest_min_score: int = Field(default=60, ge=0, le=100)
    digest_top_n: int = Field(default=2, ge=1, le=20)
    digest_time: time = time(8, 30)
    digest_timezone: Annotated[ZoneInfo, BeforeValidator(_zone)] = ZoneInfo("Asia/Shanghai")
    digest_language: Language = "zh"

    database_url: str = "sqlite:///data/paperboy.db"
    data_dir: Path = Path("data")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] = "console"

    webhook_url: Endpoint | None = None
    webhook_listen: Annotated[str, AfterValidator(_listen)] | None = None
    webhook_secret: Annotated[Token, AfterValidator(_webhook_secret)] | None = None

    _unknown: tuple[str, ...] = PrivateAttr(default=())

    @property
    def unknown_variables(self) -> tuple[str, ...]:
        return self._unknown

    def options_of(self, spec: SourceSpec) -> Options:
        return spec.options.model_validate(self)

    def endpoint_of(self, spec: SourceSpec) -> str:
        return str(getattr(self.options_of(spec), spec.endpoint))

    @field_validator("sources")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if not names or not set(names) <= set(sources.names()):
            raise ValueError(f"should name at least one of {', '.join(sources.names())}")
        return names

    @field_validator("webhook_url")
    @classmethod
    def _https(cls, url: str | None, info: ValidationInfo) -> str | None:
        """Telegram itself delivers to https only; a Bot API server of one's own takes http too."""
        if url is None:
            return None
        if not is_reachable(url):
            raise ValueError("should be a URL such as https://bot.example.org/hook")
        if not url.startswith("https://") and info.data.get("telegram_api_url") == TELEGRAM:
            raise ValueError("should start with https://, or Telegram does not deliver to it")
        return url

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value


def _is_secret(annotation: object) -> bool:
    return annotation is SecretStr or any(map(_is_secret, get_args(annotation)))


@cache
def _with(options: tuple[type[Options], ...]) -> type[_Settings]:
    return cast("type[_Settings]", new_class("Settings", (_Settings, *options)))


def settings_class() -> type[_Settings]:
    """Return the settings, with what sources and providers say can be set for them."""
    own = (provider.policy.options for provider in providers.PROVIDERS)
    return _with((*(spec.options for spec in sources.SOURCES), *own))


def secret_files() -> dict[str, str]:
    """Return the variables that name a file with a secret in it, and the setting that it is."""
    return {
        f"{name.upper()}_FILE": name
        for name, field in settings_class().model_fields.items()
        if _is_secret(field.annotation) or name == "database_url"  # which holds a password
    }


if TYPE_CHECKING:
    Settings = _Settings
else:
    Settings = settings_class()


def load_settings(env_file: Path | None = Path(".env")) -> Settings:
    """Read the settings; raise one `ConfigError` that names every wrong one and what it expects."""
    kind = settings_class()
    try:
        file = {} if env_file is None else _read(env_file)
        given, wrong = _with_secret_files(file)
        settings = kind(_env_file=None, **given)
    except OSError as error:
        raise ConfigError(f"cannot read .env: {error.strerror}") from None
    except ValidationError as error:
        wrong += [_explain(problem["loc"], problem["msg"]) for problem in error.errors()]
    except UnicodeDecodeError:
        raise ConfigError(".env is not UTF-8 text; save it as UTF-8") from None
    if wrong:
        raise ConfigError("\n".join(dict.fromkeys(wrong)))
    known = {name.upper() for name in kind.model_fields} | set(secret_files())
    settings._unknown = tuple(unknown(file, os.environ, known))
    return settings


def _read(file: Path) -> dict[str, str]:
    """Return the lines of `.env`, read once: it may be a pipe. Names are in small letters."""
    _look_at(file)
    if not file.exists():
        return {}
    values = dotenv_values(stream=StringIO(file.read_text("utf-8-sig")))
    return {name.lower(): value for name, value in values.items() if value is not None}


def _with_secret_files(file: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Return what `.env` and the files it or the environment names give, and what is wrong.

    The environment comes before `.env`, and a secret may be given in one way only.
    """
    environment = {name.lower(): value for name, value in os.environ.items() if value}
    given = {name: value for name, value in file.items() if value and name not in environment}
    wrong: list[str] = []
    for variable, name in secret_files().items():
        path = environment.get(variable.lower()) or given.get(variable.lower())
        if not path:
            continue
        if name in environment or name in given:
            wrong.append(f"{variable}: {name.upper()} is given as well; keep one of the two")
        else:
            try:
                given[name] = _secret_of(Path(path))
            except (OSError, ValueError) as error:
                why = getattr(error, "strerror", None) or "it should be one short text file"
                wrong.append(f"{variable}: the file it names cannot be read: {why}")
    known = settings_class().model_fields
    return {name: value for name, value in given.items() if name in known}, wrong


def _secret_of(file: Path) -> str:
    """Return what a secret's file holds; raise `OSError`, `ValueError`."""
    if not file.exists() or file.is_dir():
        file.read_bytes()  # says what is wrong
    if not (file.is_file() or file.is_fifo()) or file.stat().st_size > MAX_SECRET:
        raise ValueError("no secret")
    if not (text := file.read_text("utf-8-sig").strip()):
        raise ValueError("empty")
    return text


def _look_at(file: Path) -> None:
    """Refuse a file that would silently be no file to the library, or be read whole for minutes."""
    is_there = file.exists() or file.is_symlink()  # or a link to nothing
    if not is_there or file.is_fifo():  # a pipe: how password managers hand it out
        return
    if not file.is_file():
        raise ConfigError(".env is not a file; remove it or put your settings into a file")
    if file.stat().st_size > MAX_FILE:
        raise ConfigError(f".env is longer than {MAX_FILE:,} bytes; it holds settings, one a line")


def _explain(location: tuple[int | str, ...], message: str) -> str:
    name = str(location[0]).upper() if location else "settings"
    said = message.removeprefix("Value error, ")
    return f"{name}: {said[:1].lower()}{said[1:]}"
