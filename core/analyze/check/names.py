"""Names of methods, datasets and metrics in a text, and what a number is a number of.

A name is told by its shape (`SwinIR`, `DIV2K`, `LPIPS`): no list could hold next week's methods.
What numbers count and measure is a closed set, so it is a table, in both languages. "Real-ESRGAN",
"Real ESRGAN" and "RealESRGAN" are one name.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_NAME = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9]*(?:[-+/.@_][A-Za-z0-9]+)*[+*†‡]*(?![A-Za-z0-9])"
)
_CAPITALS = re.compile(r"[A-Z].*[A-Z]|[a-z][A-Z]|[A-Z].*\d|[a-z]\d")
_INNER = re.compile(r"[A-Z]{2}|[a-z][A-Z]|[A-Za-z][@/]?\d|\d[A-Za-z]")
_SIZE = re.compile(r"[x×]?\d++(?:[x×]\d*+)?", re.IGNORECASE)

COMMON = frozenset({
    "gpu", "gpus", "cpu", "tpu", "ai", "ml", "dl", "cv", "nlp", "cnn", "cnns", "gan", "gans",
    "vae", "vaes", "llm", "llms", "vlm", "vlms", "mllm", "mllms", "mlp", "mlps", "sota", "ood",
    "api", "rgb", "sr", "ir", "vit", "vits", "ode", "sde", "mse", "l1", "l2", "id", "pdf",
    "html", "tex", "2d", "3d", "4d", "rnn", "lstm", "bert", "gt", "hr", "lr", "lq", "hq", "kl",
    "sgd", "adam", "adamw", "relu", "gelu", "silu", "fp16", "bf16", "fp32", "int8", "nfe",
    "nfes", "cfg", "ema", "lora", "moe", "rl", "rlhf", "t2i", "i2i", "t2v", "i2v", "x0", "xt",
    "q", "k", "v", "qkv", "u-net", "unet", "dit", "dits", "sd", "a100", "h100", "v100", "top-1",
    "top-5", "pytorch", "ok", "usd", "iou", "auc", "roc", "os", "ui", "faq", "io", "ar", "mar",
    "nar", "fm", "psnr", "ssim", "fid", "lpips",
})  # fmt: skip
"""Names anybody in the field may use of a paper that does not."""
OURS = "\0ours"
"""Stands for the paper's own method, whatever it is called."""
_OURS = re.compile(
    r"\b(?:ours?|we|our|the proposed|this (?:paper|work|method)|proposed method)\b"
    r"|本文|我们|本方法|该方法|所提|作者(?:的)?方法|本工作|该模型|新方法",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Name:
    """A name where it stands."""

    key: str
    """Without case, hyphens and plural: what names are compared by."""
    text: str
    start: int
    end: int

    @property
    def is_size(self) -> bool:
        """Whether it is "256×256"."""
        return self.key.isdigit()

    @property
    def is_strict(self) -> bool:
        """Whether a paper that does not have it cannot be where it comes from."""
        return _INNER.search(self.text) is not None and self.text.lower() not in COMMON


def key_of(text: str) -> str:
    """Return what a name is compared by."""
    key = "".join(character for character in text.casefold() if character.isalnum())
    key += "+" * (len(text) - len(text.rstrip("+")))  # "ReCoSeg++" is not "ReCoSeg"
    is_plural = len(text) > 2 and text[-1] == "s" and text[-2].isupper()
    return key[:-1] if is_plural else key


@dataclass(frozen=True)
class Familiar:
    """Names known from the paper."""

    own: frozenset[str] = frozenset()
    """Keys of the paper's own method, which count as "ours"."""
    rows: frozenset[str] = frozenset()
    """Keys of what its tables have rows for: names whatever they look like ("Uformer")."""


_SENTENCE_START = re.compile(r"(?:^|[.!?:]\s+|[\n|])$")


def names_in(text: str, familiar: Familiar) -> list[Name]:
    """Return the names of a plain text in order."""
    found = [
        _name(match, text, familiar)
        for match in _NAME.finditer(text)
        if _is_name(match, text, familiar)
    ]
    found += [Name(OURS, match[0], *match.span()) for match in _OURS.finditer(text)]
    found += [Name(match[1] + match[2], match[0], *match.span()) for match in _SIDES.finditer(text)]
    return sorted(found, key=lambda name: name.start)


_SIDES = re.compile(r"(?<![\d.×x])(\d{3,4})\s?[×x]\s?(\d{3,4})(?![\d×x]|\s?[×x])")
"""Results at 256×256 and at 512×512 are of two things."""
_YEAR = re.compile(r"\s?[’']?(?:19|20)\d\d(?!\d)")


def _name(match: re.Match[str], text: str, familiar: Familiar) -> Name:
    """Return a name, with the year of its edition ("BraTS 2021")."""
    start, end = match.span()
    if re.search(r"[A-Z]{2}[a-z]?$", match[0]) and (year := _YEAR.match(text, end)):
        end = year.end()
    key = key_of(text[start:end])
    return Name(OURS if key in familiar.own else key, text[start:end], start, end)


def _is_name(match: re.Match[str], text: str, familiar: Familiar) -> bool:
    word = match[0]
    if _SIZE.fullmatch(word):
        return False
    if _CAPITALS.search(word) or key_of(word) in familiar.rows | familiar.own:
        return True
    if not word[0].isupper() or len(word) < 3:
        return False
    # "Uformer" inside a sentence; among Chinese words any capital makes a name.
    return not _SENTENCE_START.search(text[max(0, match.start() - 3) : match.start()])


_WORD = re.compile(r"[A-Za-z0-9]+(?:(?:\++|\*)(?![A-Za-z0-9]))?|[^\W\d_]+")


def keys_in(text: str) -> frozenset[str]:
    """Return whatever a name in this text could be compared by: words, and neighbours joined.

    A name in one piece counts however long it is: "LLaVA-OneVision-Qwen2-7B-ov".
    """
    words = [key_of(word) for word in _WORD.findall(text)]
    keys = {*words, *map(key_of, _NAME.findall(text))}
    for size in (2, 3, 4):
        keys.update("".join(words[i : i + size]) for i in range(len(words) - size + 1))
    keys.update(word[:-1] for word in words if len(word) > 3 and word.endswith("s"))
    keys.update(match[1] + match[2] for match in _SIDES.finditer(text))
    keys.update([key.rstrip("+") for key in keys if key.endswith("+")])  # said for short
    if _OURS.search(text):
        keys.add(OURS)
    return frozenset(keys)


# What a number is a number of


@dataclass(frozen=True)
class Quantity:
    """A word for what numbers count or measure, where it stands."""

    kind: str
    start: int
    end: int


@cache
def _table() -> tuple[re.Pattern[str], tuple[str, ...]]:
    rows = tomllib.loads(
        (files("core.analyze.check") / "quantities.toml").read_text(encoding="utf-8")
    )["quantities"]
    kinds: list[str] = []
    patterns: list[str] = []
    for kind, row in rows.items():
        english = "|".join(row.get("en", ()))
        exact = "|".join(row.get("exact", ()))
        chinese = "|".join(row.get("zh", ()))
        parts = [_whole(english), chinese, _whole(f"(?-i:(?:{exact})s?)" if exact else "")]
        patterns.append("(" + "|".join(part for part in parts if part) + ")")
        kinds.append(kind)
    # Words begin with a letter, ASCII ones behind none: nothing need be tried elsewhere.
    begins = r"(?=[^\W\d_])(?:(?<![A-Za-z])|(?![A-Za-z]))"
    return re.compile(f"{begins}(?:{'|'.join(patterns)})", re.IGNORECASE), tuple(kinds)


def _whole(words: str) -> str:
    """Return a pattern for whole words that are no part of a name ("DA-CLIP")."""
    return (
        rf"(?<![A-Za-z])(?<!(?-i:[A-Z])-)(?:{words})(?![A-Za-z])(?!-(?-i:[A-Z]))" if words else ""
    )


def quantities_in(text: str) -> Iterator[Quantity]:
    """Yield the words for quantities of a plain text, in order."""
    pattern, kinds = _table()
    for match in pattern.finditer(text):
        yield Quantity(kinds[(match.lastindex or 1) - 1], *match.span())


def kinds_of(names: Iterable[Quantity]) -> frozenset[str]:
    """Return the kinds of quantities."""
    return frozenset(quantity.kind for quantity in names)
