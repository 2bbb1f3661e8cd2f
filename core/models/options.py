"""What sources, providers and the product itself let operators set: kinds of values, checked."""

import re
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, SecretStr


def split(value: Any) -> Any:
    """Split "a, b" at commas, full-width ones too; repeated and empty parts are dropped."""
    if not isinstance(value, str):
        return value
    parts = (part.strip() for part in value.replace("，", ",").split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def is_reachable(url: str) -> bool:
    """Whether a URL has a host, and nothing that a request would leave out or split at."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0 and not re.search(r"[\s?#]", url)
    except ValueError:  # half an IPv6 address, a port that is no number
        return False


def _endpoint(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not value.startswith(("http://", "https://")):
        raise ValueError("should be a URL that starts with http:// or https://")
    if not is_reachable(value):
        raise ValueError("should be a URL with a host, and without spaces, ? and #")
    return value.rstrip("/")


def _one_word(value: SecretStr) -> SecretStr:
    text = value.get_secret_value().strip()
    if not text.isascii() or len(text.split()) > 1:
        raise ValueError("should be one line of plain letters and digits, as it was given to you")
    return SecretStr(text)


Names = Annotated[tuple[str, ...], BeforeValidator(split)]
Numbers = Annotated[tuple[int, ...], BeforeValidator(split)]
Endpoint = Annotated[str, BeforeValidator(_endpoint)]
Token = Annotated[SecretStr, AfterValidator(_one_word)]


class Options(BaseModel):
    """What can be set for one of them; the fields' names in capitals are the variables' names."""

    model_config = ConfigDict(from_attributes=True, frozen=True)
