"""Every regular expression of ours, found by itself, with the texts that are worst for it.

Compiled ones are found in modules, classes and whatever tables hold them; those that are written
where they are used, in the source. The texts are made of the pattern itself: what begins a match
again and again, what a repeat takes again and again, behind its beginning and alone; and the end
is always one that no pattern wants, for only what fails is tried again from the next character.
"""

import ast
import inspect
import math
import re
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any, Final

from tests.growth import LONG, QUICK, SIZES, modules

NOWHERE: Final = "\x00"
"""A character that no pattern of ours wants."""
ANCHORED: Final = frozenset({"match", "fullmatch"})
"""What looks at one place only."""
CALLS: Final = frozenset(
    {"search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn"}
)
WORST: Final = 10.0
"""Times as long as the smaller of `SIZES` the larger may take: linear work 4, quadratic 16."""
FEW: Final = (24, 250, SIZES[0])
"""Characters that must be quick, or nobody waits for more: 24 are enough for exponential work."""
_SAMPLES: Final = 24
"""Texts made of one pattern, at most."""


def patterns() -> tuple[dict[str, tuple[re.Pattern[str], Collection[str]]], set[str]]:
    """Return all by name, each with how it is used, and the places where one is made up."""
    found: dict[str, tuple[re.Pattern[str], Collection[str]]] = {}
    made_up: set[str] = set()
    known = list(modules())
    for module in known:
        for name, pattern in _held(module):
            found.setdefault(name, (pattern, _uses(name, pattern, known)))
        for name, written in _written(module):
            if written is None:
                made_up.add(name)
            else:
                found[f"{name}: {written[0].pattern}"] = written
    return found, made_up


def _held(module: ModuleType) -> Iterator[tuple[str, re.Pattern[str]]]:
    for name, thing in vars(module).items():
        if name.startswith("__") or inspect.ismodule(thing) or isinstance(thing, (str, bytes)):
            continue
        if inspect.isclass(thing) and thing.__module__ != module.__name__:
            continue
        yield from _inside(f"{module.__name__}.{name}", thing)


def _inside(name: str, thing: object, depth: int = 0) -> Iterator[tuple[str, re.Pattern[str]]]:
    if isinstance(thing, re.Pattern):
        if isinstance(thing.pattern, str):
            yield name, thing
    elif depth < 5:
        for key, one in _parts(thing):
            yield from _inside(f"{name}{key}", one, depth + 1)


def _parts(thing: object) -> Iterator[tuple[str, object]]:
    if isinstance(thing, Mapping):
        for i, one in enumerate([*thing, *thing.values()]):
            yield f"[{i}]", one
    elif isinstance(thing, (tuple, list, set, frozenset)):
        for i, one in enumerate(thing):
            yield f"[{i}]", one
    elif isinstance(thing, partial):
        for i, one in enumerate((*thing.args, *thing.keywords.values())):
            yield f"({i})", one
    elif inspect.isfunction(thing):
        for i, cell in enumerate(thing.__closure__ or ()):
            yield f"<{i}>", cell.cell_contents
    elif type(thing).__module__.partition(".")[0] in ("core", "bot") or inspect.isclass(thing):
        held = getattr(thing, "__dict__", {})
        yield from ((f".{key}", one) for key, one in list(held.items()) if key[:2] != "__")


def _uses(name: str, pattern: re.Pattern[str], known: Collection[ModuleType]) -> Collection[str]:
    """Return the methods it is called with; none where it is handed on."""
    bare = name.rpartition(".")[2]
    uses: set[str] = set()
    for module in known:
        if vars(module).get(bare) is pattern:
            source = inspect.getsource(module)
            called = re.findall(rf"(?<![\w.]){bare}\.(\w+)", source)
            uses |= set(called)
            if re.search(rf"(?<![\w.]){bare}\b(?!\.\w|:| =)", _without_imports(source)):
                uses.add("handed on")
    return uses


def _without_imports(source: str) -> str:
    return re.sub(r"^from [\w.]+ import (?:\([^)]*\)|.*)$", "", source, flags=re.MULTILINE)


def _written(
    module: ModuleType,
) -> Iterator[tuple[str, tuple[re.Pattern[str], Collection[str]] | None]]:
    """Yield the patterns in calls of `re`, and None for what is put together in a function."""
    source = inspect.getsource(module)
    if "import re\n" not in source:
        return
    for where in ast.walk(ast.parse(source)):
        if not isinstance(where, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        for call in ast.walk(where):
            if not _is_re(call):
                continue
            name = f"{module.__name__}.{where.name}"
            first, use = call.args[0], call.func.attr
            if isinstance(first, ast.Constant):
                flags = re.IGNORECASE if "IGNORECASE" in ast.unparse(call) else re.NOFLAG
                yield name, (re.compile(first.value, flags), {use})
            else:
                yield name, None


def _is_re(call: Any) -> bool:
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "re"
        and call.func.attr in {*CALLS, "compile"}
    )


Use = Callable[[str], object]


def use_of(pattern: re.Pattern[str], uses: Collection[str]) -> Use:
    """Return what looks at a text as the pattern is used: all through, or at its beginning."""
    if uses and ANCHORED.issuperset(uses):
        return pattern.match if "match" in uses else pattern.fullmatch
    return lambda text: deque(pattern.finditer(text), maxlen=0)


def slowest(pattern: re.Pattern[str], uses: Collection[str] = ()) -> tuple[str, float]:
    """Return the worst text, and how many times as long four times as much of it takes.

    What is quick counts as 0.
    """
    worst = ("", 0.0)
    for head, body in _texts(pattern):
        attack = partial(_behind, use_of(pattern, uses), head)
        worst = max(worst, (f"{head}({body})*", _ratio(attack, body)), key=lambda it: it[1])
        if worst[1] >= WORST:
            break
    return worst


Attack = Callable[[str, int], float]
"""What a text that is repeated to so many characters costs, in seconds of this thread."""


def _behind(use: Use, head: str, body: str, size: int) -> float:
    text = head + body * max(1, size // len(body)) + NOWHERE
    began = time.thread_time()
    use(text)
    return time.thread_time() - began


def _ratio(attack: Attack, body: str) -> float:
    """Return the least of three ratios, fewer where one is harmless."""
    if any(attack(body, size) > LONG for size in FEW):
        return math.inf
    if attack(body, SIZES[1]) <= QUICK:
        return 0.0
    least = math.inf
    for _ in range(3):
        first, last = (attack(body, size) for size in SIZES)
        least = min(least, last / max(first, 1e-6))
        if least < WORST:
            break
    return least


def dearest(pattern: re.Pattern[str], uses: Collection[str], size: int) -> float:
    """Return the seconds that the worst text of a size takes."""
    use = use_of(pattern, uses)
    return max(_behind(use, head, body, size) for head, body in _texts(pattern))


# Texts made of a pattern


def _texts(pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    """Return beginnings, each with what is then repeated."""
    found: dict[tuple[str, str], None] = {}
    tree = _parser.parse(pattern.pattern, pattern.flags)
    for head, body in _repeats(tree, ""):
        for one in (("", body), (head, body), ("", head + body), ("", head)):
            if one[1]:
                found[one] = None
    whole = _sample(tree)
    for one in (whole, whole[:-1], whole + " ", whole[:-1] + "\n"):
        if one:
            found["", one] = None
    return list(found)[:_SAMPLES]


def _repeats(tree: Any, head: str) -> Iterator[tuple[str, str]]:
    """Yield every repeat with a text that leads to it and a text it takes."""
    for kind, given in tree:
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            if given[1] > 100:
                yield from ((head, body) for body in _bodies(given[2]))
            yield from _repeats(given[2], head)
        elif kind is op.BRANCH:
            for branch in given[1]:
                yield from _repeats(branch, head)
        elif kind in (op.SUBPATTERN, op.ATOMIC_GROUP):
            yield from _repeats(given[-1] if kind is op.SUBPATTERN else given, head)
        elif kind in (op.ASSERT, op.ASSERT_NOT):
            yield from _repeats(given[1], head)
        head += _sample([(kind, given)])


def _bodies(tree: Any) -> list[str]:
    """Return texts a repeat takes: of a class, one of each of its parts."""
    if len(tree) == 1 and tree[0][0] is op.IN and tree[0][1][0][0] is not op.NEGATE:
        return [_of_class([part]) for part in tree[0][1]][:5]
    if len(tree) == 1 and tree[0][0] in (op.ANY, op.IN, op.NOT_LITERAL):
        return [_sample(tree), " "]
    return [_sample(tree)]


def _sample(tree: Any) -> str:
    """Return a text a pattern takes, near enough."""
    return "".join(_sampled(kind, given) for kind, given in tree)


def _sampled(kind: Any, given: Any) -> str:
    if kind is op.LITERAL:
        return chr(given)
    if kind in (op.ANY, op.NOT_LITERAL):
        return "a" if given != ord("a") else "b"
    if kind is op.IN:
        return _of_class(given)
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        return _sample(given[2]) * max(1, min(given[0], 50))
    if kind is op.BRANCH:
        return next((text for one in given[1] if (text := _sample(one))), "")
    if kind is op.SUBPATTERN:
        return _sample(given[-1])
    return _sample(given) if kind is op.ATOMIC_GROUP else ""


_CLASSES: Final = {
    op.CATEGORY_DIGIT: "1", op.CATEGORY_SPACE: " ", op.CATEGORY_WORD: "a",
    op.CATEGORY_NOT_DIGIT: "a", op.CATEGORY_NOT_SPACE: "a", op.CATEGORY_NOT_WORD: "-",
}  # fmt: skip


def _of_class(given: Any) -> str:
    first, last = given[0], given[-1]
    if first[0] is op.NEGATE:
        taken = re.compile(f"[^{''.join(map(_spelt, given[1:]))}]")
        return next((sign for sign in "a 1-(.é图" if taken.match(sign)), "")
    kind, value = first if first[0] is not op.CATEGORY else last
    if kind is op.RANGE:
        return chr(value[0])
    return _CLASSES[value] if kind is op.CATEGORY else chr(value)


def _spelt(part: Any) -> str:
    kind, value = part
    if kind is op.RANGE:
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
    if kind is op.CATEGORY:
        return {
            op.CATEGORY_DIGIT: r"\d", op.CATEGORY_SPACE: r"\s", op.CATEGORY_WORD: r"\w",
            op.CATEGORY_NOT_DIGIT: r"\D", op.CATEGORY_NOT_SPACE: r"\S", op.CATEGORY_NOT_WORD: r"\W",
        }[value]  # fmt: skip
    return re.escape(chr(value))
