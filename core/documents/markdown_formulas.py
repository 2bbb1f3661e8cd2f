"""Formulas in Markdown: found, kept from whatever cleans the text around them, and said once.

A "$" may be a price: formulas come in pairs that look like them. TeX may stand bare, without any
sign around it. And a page's formulas may come twice, as they were shown and as TeX, with nothing
between: "S′S^{\\prime}". There the TeX is known by spelling the same letters.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import islice

_LONGEST = 4_000
_MARK = re.compile(r"\\[a-zA-Z]|[\^_{}]")
_CODE = re.compile(r"(`+)(?!`)[^\n]{1,500}?(?<!`)\1(?!`)")
_DELIMITER = re.compile(r"(?<!\\)(\$\$?|`|\\\(|\\\[)")
_CLOSING = {"\\(": "\\)", "\\[": "\\]"}
_COMMAND = re.compile(r"\\(?:text|mathrm|mbox|operatorname|textbf)\s*\{[^{}]*\}|\\[a-zA-Z]+")
_PROSE = re.compile(r"(?<![a-z])[a-z]{3,}+[,.;:]?\s++[a-z]{2,}")
_PRICE = re.compile(
    r"\d++(?>(?:[,.]++\d++)*)(?:\s?(?:[kKmMbB]|bn|million|billion|per|/\w+)\b|(?!\w))"
    r"[^=<>+*\\]*\s[a-z]"
)
_BARE = re.compile(r"\\[A-Za-z]{2,}|[\^_]\{|(?<=[\w)}\]])\^[\w(-]")
_WORD = re.compile(r"\S+")
_KEPT = re.compile("\ue000(\\d{1,7})\ue001")


def with_formulas_kept(text: str, clean: Callable[[str], str]) -> str:
    """Return `text` cleaned, its formulas and code as they are."""
    kept: list[str] = []

    def keep(formula: str) -> str:
        kept.append(formula)
        return f"\ue000{len(kept) - 1}\ue001"

    rest = "".join(keep(piece) if is_formula else piece for piece, is_formula in _pieces(text))
    rest = _WORD.sub(lambda word: keep(word[0]) if _is_bare(word[0]) else word[0], rest)
    return _KEPT.sub(lambda found: kept[int(found[1])], clean(rest))


def _is_bare(word: str) -> bool:
    """Whether a word is TeX; links and emphasis are left to the cleaning."""
    return _BARE.search(word) is not None and "](" not in word and not word.startswith(("**", "["))


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Cut a text into what is a formula (or code) and what is not."""
    position = start = 0
    closings = _Closings(text)
    while found := _DELIMITER.search(text, position):
        end = _end_of(text, found, closings)
        if end is None:
            position = found.end()
            continue
        yield text[start : found.start()], False
        yield text[found.start() : end], True
        position = start = end
    yield text[start:], False


class _Closings:
    """Finds what closes a formula, looking at no part of the text twice."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next: dict[str, int] = {}

    def after(self, position: int, closing: str) -> int:
        """Return where `closing` stands next, len(text) when nowhere."""
        found = self._next.get(closing, -1)
        while found < position or (closing[0] == "$" and self._text[found - 1 : found] == "\\"):
            start = max(position, found + 1)
            found = self._text.find(closing, start)
            if found < 0:
                found = len(self._text)
                break
        self._next[closing] = found
        return found


def _end_of(text: str, opening: re.Match[str], closings: _Closings) -> int | None:
    """Return where the formula ends that begins here; None when none does."""
    sign, begin = opening[1], opening.end()
    if sign == "`":
        code = _CODE.match(text, opening.start())
        return code.end() if code else None
    closing = _CLOSING.get(sign, sign)
    end = closings.after(begin, closing)
    if end == len(text) or end - begin > _LONGEST:
        return None
    if sign[0] == "\\" and text.find(sign, begin, end) >= 0:
        return None
    inside, after = text[begin:end], text[end + len(closing) : end + len(closing) + 1]
    if sign[0] == "\\":  # more often an escaped bracket: "[\\(9\\)](#page-5-1)"
        is_formula = _MARK.search(inside) is not None and "](" not in inside
    else:
        is_formula = _is_formula(inside, after, is_display=sign == "$$")
    return end + len(closing) if is_formula else None


def _is_formula(inside: str, after: str, *, is_display: bool) -> bool:
    """Whether this stands between two dollars as a formula, not between two prices."""
    if not inside.strip() or "\n\n" in inside:
        return False
    if is_display:
        return True
    if _PROSE.search(_COMMAND.sub(" ", inside)):
        return False
    if _MARK.search(inside):
        return True
    is_tight = not inside[0].isspace() and not inside[-1].isspace()
    return is_tight and not after.isdigit() and not _PRICE.match(inside)


# Said twice


_TEX = re.compile(r"\\[A-Za-z]+|[\^_]\{")
_TOKEN = re.compile(r"\\([A-Za-z]+)\*?|\\(.)|([^\W_])|(\s+)|(.)")
_SAME = re.compile(r"(?<!\S)(\(?)([\w.]{1,12}[=<>≤≥+×][\w.=<>≤≥+×]{0,20}) \2(?![\w=<>+×])")
_WINDOW = 300
_BEFORE = 24
_TRIED = 200
"""Commands looked at until a text is believed to say its formulas once."""


_GREEK = {"alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
          "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi",
          "omega"}  # fmt: skip


def says_twice(text: str) -> bool:
    """Whether formulas come twice in this text, as some converters leave them."""
    marks = islice(_TEX.finditer(text), _TRIED)
    return any(_twice(text, max(0, mark.start() - _WINDOW), mark.start()) for mark in marks)


def said_once(text: str) -> str:
    """Return a paragraph whose formulas came twice, shown and as TeX, with the TeX alone."""
    pieces = (piece if is_formula else _once(piece) for piece, is_formula in _pieces(text))
    return "".join(pieces)


def _once(text: str) -> str:
    text = _SAME.sub(r"\1$\2$", text)
    pieces: list[str] = []
    position = 0
    for found in _TEX.finditer(text):
        twice = None if found.start() < position else _twice(text, position, found.start())
        if twice:
            begin, tex, end = twice
            pieces += [text[position:begin], f"${text[tex:end].strip()}$"]
            position = end
    return "".join((*pieces, text[position:]))


def _twice(text: str, floor: int, mark: int) -> tuple[int, int, int] | None:
    """Return where a formula said twice begins, where its TeX does, and where it ends.

    The TeX has its first command at `mark`; letters may stand before it.
    """
    shown = _spelled_shown(text[max(floor, mark - _WINDOW) : mark], max(floor, mark - _WINDOW))
    best: tuple[int, int, int, int] | None = None
    for tex in range(mark, max(floor, mark - _BEFORE), -1):
        if (tex < mark and text[tex].isspace()) or _inside_word(text, tex):
            continue
        before = [(letters, at) for letters, at in shown if at < tex]
        match = _match(text, before, tex, mark) if before else None
        least = best[0] + (text[tex] not in "\\({[|") if best else 0
        if match and match[0] >= least:
            best = (match[0], match[1], tex, match[2])
    if best is not None:
        return _widened(text, floor, best[1]), best[2], best[3]
    return _sign_twice(text, floor, mark)


def _inside_word(text: str, at: int) -> bool:
    return at > 0 and text[at].isdigit() and text[at - 1].isdigit()


def _match(
    text: str, before: list[tuple[str, int]], tex: int, mark: int
) -> tuple[int, int, int] | None:
    """Return how many letters match, where the shown form begins, where the TeX ends."""
    spelled: list[str] = []
    left = [letters for letters, _ in before]
    best: tuple[int, int, int] | None = None
    depth = 0
    for letters, _, end, step in _spelled_tex(text[tex : tex + _WINDOW], tex):
        depth += step
        if depth < 0:
            break
        if letters:
            spelled.append(letters)
            if len(spelled) > len(left):
                break
        is_whole = depth == 0 and end > mark and text[end - 1] not in "^_"
        goes_on = best is None or len(spelled) > best[0] or text[best[2]] in "^_"
        if is_whole and spelled and goes_on and left[-len(spelled) :] == spelled:
            best = (len(spelled), before[-len(spelled)][1], end)
    return best


def _spelled_shown(text: str, offset: int) -> list[tuple[str, int]]:
    """Return the letters and digits of a shown formula, each with its place."""
    return [
        (_name(plain), at)
        for at, character in enumerate(text, start=offset)
        for plain in unicodedata.normalize("NFKC", character)
        if plain.isalnum()
    ]


def _name(character: str) -> str:
    """Return a letter; a Greek one as TeX calls it."""
    if character.isascii():
        return character
    name = unicodedata.name(character, "")
    spelled = name.rsplit(" ", 1)[-1].lower().replace("lamda", "lambda")
    return spelled if spelled in _GREEK else character


def _spelled_tex(text: str, offset: int) -> Iterator[tuple[str, int, int, int]]:
    """Yield what each token of TeX spells, where it begins and ends, and how brackets nest."""
    for token in _TOKEN.finditer(text):
        command, _, letter, _, sign = token.groups()
        spelled = letter or ""
        if command:
            name = command.lower().removeprefix("var")
            spelled = name if name in _GREEK else ""
        step = {"{": 1, "(": 1, "}": -1, ")": -1}.get(sign or "", 0)
        yield spelled, offset + token.start(), offset + token.end(), step


def _widened(text: str, floor: int, begin: int) -> int:
    """Take along the signs a shown formula begins with: "∑", "‖", "("."""
    while begin > floor:
        before = text[begin - 1]
        is_between = before == " " and begin - 1 > floor and _is_sign(text[begin - 2])
        if not is_between and not _is_sign(before) and before not in "([|-":
            break
        begin -= 1
    return begin


def _is_sign(character: str) -> bool:
    """Whether it is a sign of mathematics: "∑", "∥", "→"."""
    return not character.isascii() and (
        character == "‖" or unicodedata.category(character) in {"Sm", "So"}
    )


def _sign_twice(text: str, floor: int, mark: int) -> tuple[int, int, int] | None:
    """The same for a lone sign: "∼\\sim", "↑\\uparrow"."""
    begin = mark
    while begin > floor and _is_sign(text[begin - 1]):
        begin -= 1
    command = re.match(r"\\[A-Za-z]+", text[mark : mark + 40])
    if begin == mark or command is None or command[0][1:].lower() in _GREEK:
        return None
    return begin, mark, mark + command.end()
