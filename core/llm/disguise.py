"""The ways a sentence may be read: as it stands, and as what it may have been disguised from.

A disguise is only worth looking through where the text shows signs of it, so most sentences have
three readings (plain, backwards, ROT13). What a newcomer would get wrong: look-alike letters are a
reading of their own and not part of the plain one, or Russian and Greek could not be read at all.
Not looked through: acrostics, Morse, ciphers other than ROT13, and nested disguises, except that
each is looked for behind character references, LaTeX and odd letters.
"""

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Iterator

from core.visible import visible

_LOOKALIKES = str.maketrans(
    "авеклмнорстухіјѕԁԛԝһցɡαβεικνορτυχωγ",
    "abeklmhopctyxijsdqwhggabeikvoptuxwy",
)
_LEET = str.maketrans("0134578@$!|", "oieastbasil")
_ACCENTS = {
    code: unicodedata.normalize("NFD", chr(code))[0]
    for code in range(0xC0, 0x250)
    if unicodedata.decomposition(chr(code))
}
_COMBINING = re.compile("[\u0300-\u036f]+")
_TELLING = (
    "ignor",
    "disregard",
    "forget",
    "instruct",
    "score",
    "accept",
    "mention",
    "review",
    "rate this",
)
"""One of these is in what is worth reading backwards: most sentences are spared the rules."""
_MACRO = re.compile(r"\\(?:text|emph|math|bf|it|tt|rm|sf|color|small|tiny)[a-z]*\*?\s*")
_ESCAPE = re.compile(r"%([0-9a-f]{2})|\\x([0-9a-f]{2})|\\u([0-9a-f]{4})", re.IGNORECASE)
_MARKUP = re.compile(r"[{}*`~^]+|\$(?=\s|$)|(?<!\w)\$|(?<=\w)_+(?=\s)|(?<!\w)_+(?=\w)")
_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u052f\u0261]")
_LEETED = re.compile(r"(?<![a-z0-9])(?=[a-z0-9@$!|]*[a-z])(?=[a-z0-9@$!|]*[0-9@$!|])[a-z0-9@$!|]+")
_SPACED = re.compile(r"(?:(?<![^\W_])[^\W_][\s.\-_·•*/|+,]{1,3}){5,}[^\W_](?![^\W_])")
_INNER = re.compile(r"(?<=[a-z])[\-_.·•/|+](?=[a-z])")
_HYPHENATED = re.compile(r"(?:[a-z]{1,3}[\-_.·•/|+]){2,}[a-z]{1,4}")
_MARKS = "-_.·•/|+"
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{20,4000}={0,2}")
_DIGITS = "0123456789"
_HEX = re.compile(r"(?:(?:0x)?[0-9a-fA-F]{2}[\s:,]?){10,2000}")


def readings(sentence: str) -> Iterator[tuple[str, str]]:
    """Yield the names and texts of what `sentence` may say, in small letters."""
    bare = _decoded_signs(sentence)
    plain = _plain(bare)
    yield "plain", plain
    for name, text in (("backwards", plain[::-1]), ("rot13", codecs.encode(plain, "rot_13"))):
        if any(sign in text for sign in _TELLING):
            yield name, text
    latin = plain.translate(_LOOKALIKES) if _FOREIGN.search(plain) else plain
    if latin != plain:
        yield "look-alikes", latin
    if _LEETED.search(latin):
        yield "leet", _LEETED.sub(lambda word: word[0].translate(_LEET), latin)
    if _count(latin, _MARKS) >= 2 and _HYPHENATED.search(latin):
        yield "hyphens", _INNER.sub("", latin)
    if _SPACED.search(latin):
        yield "spaced", _SPACED.sub(lambda run: re.sub(r"[\W_]+", "", run[0]), latin)
    for text in _decoded(bare):
        yield "encoded", _plain(text)


def _count(text: str, signs: str) -> int:
    """Return how many of `signs` are in `text`; a tenth of the time of a pattern that looks on."""
    return sum(map(text.count, signs))


def _decoded_signs(text: str) -> str:
    """Return `text` with character references and escapes as what they stand for."""
    text = html.unescape(text) if "&" in text else text
    if "%" in text or "\\" in text:
        text = _ESCAPE.sub(lambda sign: chr(int(sign[1] or sign[2] or sign[3], 16)), text)
    return text


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", visible(text)) if not text.isascii() else text
    if "\\" in text:
        text = _MACRO.sub("", text)
    text = _MARKUP.sub("", text).casefold()
    if not text.isascii():
        text = _COMBINING.sub("", text.translate(_ACCENTS))
    return " ".join(text.split())


def _decoded(text: str) -> Iterator[str]:
    """Yield what base64 and hexadecimal runs of `text` say, where they say something."""
    for run in _BASE64.findall(text):
        bare = run.rstrip("=").translate(str.maketrans("-_", "+/"))
        try:
            yield base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
    for run in _HEX.findall(text) if _count(text, _DIGITS) >= 5 else ():
        digits = re.sub(r"0x|[^0-9a-fA-F]", "", run)
        try:
            yield bytes.fromhex(digits).decode()
        except (ValueError, UnicodeDecodeError):
            continue
