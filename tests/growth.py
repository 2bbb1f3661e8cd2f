"""Everything that looks at foreign text, found by itself, and how its work grows with the text.

What is found: public functions, and public methods of classes that are made of texts, whose
parameters hold text by their type hints; every other parameter is made up from its hint. Work is
the process' CPU time, the least of several runs where it matters, so that a busy machine tells
nothing false: from 10,000 to 80,000 characters linear work takes 8 times as long, quadratic 64.
"""

import contextlib
import dataclasses
import importlib
import inspect
import math
import pkgutil
import time
import typing
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache, partial
from itertools import count
from types import ModuleType, NoneType, UnionType
from typing import Any, Final

import pydantic
from telegram.error import TelegramError

import bot
import core
from core.analyze.schema import Reading
from core.locale import Language
from core.models.errors import PaperboyError
from core.text.glossary import Glossary, load

SIZES = (1_000, 4_000)
"""Characters by which all is sifted: linear work takes 4 times as long, quadratic 16."""
SMALL, LARGE = 10_000, 80_000
QUICK = 0.001
"""Seconds for the larger of `SIZES` below which nothing can freeze: quadratic work would take
longer even with the quickest of patterns."""
SUSPICIOUS, WORST = 6.0, 20.0
"""Times as long as the smaller size the larger may take, when sifted and when measured."""
FIRST = 12
"""Of the atoms, what the suite has time for."""
REFUSALS = (
    PaperboyError,
    TelegramError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    RuntimeError,
)
"""What a text is refused with, or made-up values: no matter here."""
LONG = 0.1
"""Seconds after which no larger text is tried."""
ATOMS: Final = (
    "|", "1 ", "1,", " ", "\n", "(", "[", "$", "\\", "\\(", "<", "&", '"', ".", "a", "Ab ", "图",
    "a\u0301", "\u200b", "http://a.b/", "-", "_", "|1", "a-", "3x", "1", "é", "1-", "0.5 ",
    # Beyond what the suite has time for:
    "12 dB ", "10% ", "1/", "\t", " \n", ")", "]", "{", "}", "[1, ", "(2020", "$x", "\\[", "\\a{",
    ">", "<a ", "<!--", "&#1", "'", "“", "`", "``` ", ". ", "..", "a.b", ",", ", a", ":", ";", "!",
    "。", "，", "图 1", "\u0301", "\U000e0041", "QUJD", "https://", "a@", "@a ", "–", "_a", "*",
    "**a", "#", "# ", "~", "^", "+", "=", "%", "/", "a ", "A", "Ab", "A1-", "Fig. ", "Table 1 ",
    "| a ", "|---", "![a](", "[a](", "ignore all ", "as an ai ", "SwinIR (30.8) ", "а", "ﬁ", "１",
)  # fmt: skip


# What looks at text


@dataclasses.dataclass(frozen=True)
class Looker:
    """Something that is given foreign text."""

    name: str
    prepare: Callable[[str], Callable[[], object]]
    """Makes the work on a text; making it up is not what is measured."""


def modules() -> Iterator[ModuleType]:
    """Yield every module of ours that can be imported without doing anything."""
    for package in (core, bot):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "__main__" not in found.name and ".migrations." not in found.name:
                try:
                    yield importlib.import_module(found.name)
                except ModuleNotFoundError as error:
                    if (error.name or "").partition(".")[0] in ("core", "bot"):
                        raise  # a client that is not installed here looks at no text


def lookers(skipped: Collection[str] = ()) -> tuple[list[Looker], list[str]]:
    """Return what looks at text, and the names of what does but cannot be called from here.

    `skipped` are names, or beginnings of names that end with a dot.
    """
    known = list(modules())
    names = {name: kind for module in known for name, kind in vars(module).items()}
    made: list[Looker] = []
    puzzling: list[str] = []
    for module in known:
        for name, thing in vars(module).items():
            full = f"{module.__name__}.{name}"
            if (
                name.startswith("_")
                or getattr(thing, "__module__", None) != module.__name__
                or any(
                    full == one or (one.endswith(".") and full.startswith(one)) for one in skipped
                )
            ):
                continue
            for looker in _of(full, thing, names):
                (made if isinstance(looker, Looker) else puzzling).append(looker)  # type: ignore[arg-type]
    return made, puzzling


def _of(full: str, thing: object, names: Mapping[str, object]) -> Iterator[Looker | str]:
    if inspect.isfunction(thing):
        yield from _function(full, thing, names)
    elif inspect.isclass(thing) and not _is_value(thing) and "__init__" in vars(thing):
        made = list(_function(full, thing.__init__, names, thing))
        yield from made
        for one in made:
            for name, method in vars(thing).items():
                if isinstance(one, Looker) and inspect.isfunction(method) and name[0] != "_":
                    yield from _method(f"{full}.{name}", one, method, names)


def _is_value(kind: type) -> bool:
    """Whether it only holds things: a dataclass that compares as one; others do something."""
    if dataclasses.is_dataclass(kind):
        return bool(getattr(kind, "__dataclass_params__").eq)  # noqa: B009 (mypy knows it not)
    is_bare = issubclass(kind, (Enum, BaseException, pydantic.BaseModel))
    return is_bare or getattr(kind, "_is_protocol", False)


def _function(
    full: str, made: Callable[..., object], names: Mapping[str, object], call: Any = None
) -> Iterator[Looker | str]:
    if inspect.iscoroutinefunction(made) or inspect.isasyncgenfunction(inspect.unwrap(made)):
        return
    hints = _hints(made, names)
    if hints.get("return") is NoneType and call is None:
        return  # it does something, and tells nothing
    wanted = _wanted(made, hints)
    if not any(_holds_text(hint) for hint in wanted.values()):
        return
    try:
        _values(wanted, "text")
    except Puzzling:
        yield full
        return
    whole = call or made

    def prepare(text: str) -> Callable[[], object]:
        given = _values(wanted, text)
        return lambda: _drained(whole(**given))

    yield Looker(full, prepare)


def _on(
    maker: Looker, method: Callable[..., object], wanted: Mapping[str, Any], text: str
) -> Callable[[], object]:
    owner, given = maker.prepare(text)(), _values(wanted, text)
    return lambda: _drained(method(owner, **given))


def _hints(made: Callable[..., object], names: Mapping[str, object]) -> dict[str, Any]:
    """Return the type hints, those too that are imported for type checking only."""
    known = {**names, **inspect.unwrap(made).__globals__}
    while True:
        try:
            return typing.get_type_hints(made, globalns=known, include_extras=True)
        except NameError as error:
            known[error.name] = type(error.name, (), {})


def _method(
    full: str, maker: Looker, method: Callable[..., object], names: Mapping[str, object]
) -> Iterator[Looker | str]:
    for one in _function(full, method, names):
        if isinstance(one, str):
            yield one
            continue
        yield Looker(full, partial(_on, maker, method, _wanted(method, _hints(method, names))))


def _wanted(made: Callable[..., object], hints: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: hints.get(name, Any)
        for name, parameter in inspect.signature(made).parameters.items()
        if name != "self"
        and parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
        and (parameter.default is parameter.empty or _holds_text(hints.get(name, Any)))
    }


def _drained(made: object) -> object:
    """Do what an iterator would do later."""
    if isinstance(made, Iterator):
        deque(made, maxlen=0)
    return made


# Making values up


class Puzzling(Exception):
    """No value can be made of a hint."""


_PLAIN: Final[dict[object, object]] = {
    int: 1_000, float: 1.0, bool: True, NoneType: None, datetime: datetime(2026, 3, 13, tzinfo=UTC),
    date: date(2026, 3, 13), timedelta: timedelta(hours=1), object: None,
    Language: "en",
}  # fmt: skip


def _values(wanted: Mapping[str, Any], text: str) -> dict[str, object]:
    return {name: value(hint, _shaped(name, text)) for name, hint in wanted.items()}


def _shaped(name: str, text: str) -> str:
    """Return the text as its place has it: in HTML it stands in a page."""
    if name != "html":
        return text
    parts = "".join(f'<p class="ltx_p">{part}</p>' for part in _pieces(text, 2_000))
    return f'<article class="ltx_document"><section class="ltx_section">{parts}</section></article>'


def _pieces(text: str, size: int = 40) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def value(hint: Any, text: str, depth: int = 0) -> Any:
    """Return a value of a type with as much of `text` in it as it takes. Raise `Puzzling`."""
    if hint is str or hint is Any:
        return text
    if hint is bytes:
        return text.encode()
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, given = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return given[0]
    if origin in (typing.Union, UnionType):
        return value(next((one for one in given if _holds_text(one)), given[0]), text, depth)
    if origin is typing.Annotated:
        return value(given[0], text, depth)
    if hint is Glossary:
        return load()
    if origin is type:
        return Reading
    if depth > 5:
        raise Puzzling(hint)
    if origin is not None and inspect.isclass(origin) and given:
        return _many(origin, given, text, depth)
    if inspect.isclass(hint):
        return _object(hint, text, depth)
    raise Puzzling(hint)


def _many(origin: type, given: tuple[Any, ...], text: str, depth: int) -> Any:
    if issubclass(origin, Mapping):
        keys = _pieces(text)
        held = given[-1] if len(given) > 1 else int
        return {value(given[0], key, depth + 1): value(held, key, depth + 1) for key in keys}
    if origin is tuple and given[-1] is not Ellipsis:
        return tuple(value(one, text, depth + 1) for one in given)
    if not issubclass(origin, Iterable) or origin is type:
        raise Puzzling(origin)
    parts = [
        value(given[0], part, depth + 1) for part in _pieces(text, 40 if depth == 0 else 2_000)
    ]
    if issubclass(origin, (set, frozenset)):
        return origin(parts)
    return tuple(parts) if issubclass(origin, tuple) or not depth else parts


def _object(kind: type, text: str, depth: int) -> Any:
    if issubclass(kind, Enum):
        return next(iter(kind))
    if issubclass(kind, pydantic.BaseModel):
        fields = {name: field.annotation for name, field in kind.model_fields.items()}
        made = {name: _field(hint, text, depth) for name, hint in fields.items()}
        return kind.model_construct(**{name: one for name, one in made.items() if one is not _NO})
    if dataclasses.is_dataclass(kind):
        hints = _hints_of(kind)
        wanted = [field for field in dataclasses.fields(kind) if field.init]
        return kind(**{f.name: value(hints[f.name], text, depth + 1) for f in wanted})
    raise Puzzling(kind)


_NO = object()
_hints_of = cache(partial(typing.get_type_hints, include_extras=True))


def _field(hint: Any, text: str, depth: int) -> Any:
    try:
        return value(hint, text, depth + 1)
    except Puzzling:
        return _NO


@cache
def _holds_text(hint: Any, depth: int = 0) -> bool:
    if hint in (str, bytes):
        return True
    if hint in _PLAIN:
        return False
    if typing.get_origin(hint) is typing.Literal or depth > 3:
        return False
    if inspect.isclass(hint) and issubclass(hint, pydantic.BaseModel):
        return any(_holds_text(f.annotation, depth + 1) for f in hint.model_fields.values())
    parts = (one for one in typing.get_args(hint) if not isinstance(one, list))  # a callable's
    return any(_holds_text(one, depth + 1) for one in parts if one is not NoneType)


# How it grows


def growth(looker: Looker, atoms: Iterable[str], budget: float = math.inf) -> tuple[str, float]:
    """Return the worst atom, and how many times as long eight times as much of it takes.

    Work that is quick or plainly linear counts as 0; `budget` bounds the seconds of sifting.
    """
    began, worst = time.thread_time(), ("", 0.0)
    for atom in atoms:
        if time.thread_time() - began > budget:
            break
        last = spent(looker, atom, SIZES[1])
        if last > QUICK and last > SUSPICIOUS * spent(looker, atom, SIZES[0]):
            worst = max(worst, (atom, measured(looker, atom)), key=lambda one: one[1])
    return worst


def measured(looker: Looker, atom: str) -> float:
    """Return the ratio: the least of three, for what else the machine does must not matter."""
    return min(_ratios(looker, atom))


def _ratios(looker: Looker, atom: str) -> Iterator[float]:
    """Yield three ratios of `LARGE` to `SMALL`, fewer where one is harmless.

    Half way and a quarter of the way tell enough where the whole would take too long.
    """
    for _ in range(3):
        first = max(spent(looker, atom, SMALL), 1e-6)
        for times in (2, 4, 8):
            last = spent(looker, atom, times * SMALL)
            if last > LONG:
                break
        ratio: float = (last / first) ** (math.log(8) / math.log(times))
        yield ratio
        if ratio < WORST:
            break


_SALT = count()


def spent(looker: Looker, atom: str, size: int) -> float:
    """Return the seconds of this thread that a call takes; a text may be refused."""
    text = atom * (size // len(atom)) + str(next(_SALT))  # or what is remembered would be quick
    with contextlib.suppress(*REFUSALS):
        call = looker.prepare(text)
        began = time.thread_time()
        with contextlib.suppress(*REFUSALS):
            call()
        return time.thread_time() - began
    return 0.0
