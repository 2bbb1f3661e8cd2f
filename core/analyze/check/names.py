"""Proper names in a text, and the words that heads, rows and captions are compared by.

A name is told by its shape (`SwinIR`, `DIV2K`, `LPIPS`): no list could hold next week's methods.
"Real-ESRGAN", "Real ESRGAN" and "RealESRGAN" are one name.
"""

import re
from collections.abc import Iterator, Set

from core.analyze.check.plain import plain

_NAME = re.compile(
    r"(?<![A-Za-z0-9_\\])[A-Za-z][A-Za-z0-9]*(?:[-+/.@_][A-Za-z0-9]+)*[+*†‡]*(?![A-Za-z0-9])"
)
_PROPER = re.compile(r"[A-Z]{2}|[a-z][A-Z]|[A-Za-z][@/]?\d|\d[A-Za-z]")
_SIZE = re.compile(r"[x×]?\d++(?:[x×]\d*+)?", re.IGNORECASE)
FORMULA = re.compile(r"\$[^$]*\$")
COMMON = frozenset({
    "gpu", "gpus", "cpu", "tpu", "ai", "ml", "dl", "cv", "nlp", "cnn", "cnns", "gan", "gans",
    "vae", "vaes", "llm", "llms", "vlm", "vlms", "mllm", "mllms", "mlp", "mlps", "sota", "ood",
    "api", "rgb", "sr", "ir", "vit", "vits", "ode", "sde", "mse", "l1", "l2", "id", "pdf",
    "html", "tex", "2d", "3d", "4d", "rnn", "lstm", "bert", "gt", "hr", "lr", "lq", "hq", "kl",
    "sgd", "adam", "adamw", "relu", "gelu", "silu", "fp16", "bf16", "fp32", "int8", "nfe",
    "nfes", "cfg", "ema", "lora", "moe", "rl", "rlhf", "t2i", "i2i", "t2v", "i2v", "x0", "xt",
    "q", "k", "v", "qkv", "u-net", "unet", "dit", "dits", "sd", "a100", "h100", "v100", "top-1",
    "top-5", "pytorch", "ok", "usd", "iou", "auc", "roc", "os", "ui", "faq", "io", "ar", "mar",
    "nar", "fm", "github", "arxiv",
    "cvpr", "iccv", "eccv", "neurips", "iclr", "icml", "aaai", "siggraph", "vit-b", "vit-l",
    "psnr", "ssim", "fid", "lpips",
})  # fmt: skip
"""Names anybody in the field may use of a paper that does not."""
OURS = re.compile(r"\b(?:ours?|we|proposed)\b|本文|我们|该方法|所提", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+|\d+(?:\.\d+)?|[\u3400-\u9fff]+")


def key_of(text: str) -> str:
    """Return what a name is compared by: its letters and digits, without a plural's end."""
    key = "".join(character for character in text.casefold() if character.isalnum())
    key += "+" * (len(text) - len(text.rstrip("+")))  # "ReCoSeg++" is not "ReCoSeg"
    is_plural = len(text) > 2 and text[-1] == "s" and text[-2].isupper()
    return key[:-1] if is_plural else key


def names_in(text: str) -> Iterator[str]:
    """Yield the proper names of a statement that a paper must have to be where it comes from."""
    found = (match[0] for match in _NAME.finditer(FORMULA.sub(" ", text)))
    for name in (_without_english(part) for whole in found for part in whole.split("/")):
        if _PROPER.search(name) and not _SIZE.fullmatch(name) and name.lower() not in COMMON:
            yield name


def _without_english(name: str) -> str:
    """Return a name without the "-based" of "LLM-based"."""
    head, hyphen, tail = name.rpartition("-")
    while hyphen and len(tail) > 2 and tail.isascii() and tail.isalpha() and tail.islower():
        name = head
        head, hyphen, tail = name.rpartition("-")
    return name


def words(text: str) -> frozenset[str]:
    """Return the words of a text, letters and digits apart: "CIFAR-100" is "cifar" and "100"."""
    return frozenset(_WORD.findall(plain(text).casefold()))


def shared(wanted: Set[str], there: Set[str]) -> float:
    """Return how many of the words wanted are there; short for one ("Acc.") is half of one."""
    return sum(1.0 if word in there else 0.5 * any(_is_short(word, other) for other in there)
               for word in wanted)  # fmt: skip


def _is_short(word: str, other: str) -> bool:
    short, long = sorted((word, other), key=len)
    if not short.isascii():
        return len(short) > 1 and short in long
    return len(short) >= 3 and short.isalpha() and long.startswith(short)
