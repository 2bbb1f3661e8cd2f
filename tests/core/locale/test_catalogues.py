"""The catalogues agree with each other and with the code, and hold every sentence there is."""

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from types import ModuleType

import pytest
from babel.messages.pofile import read_po

from core.locale import LANGUAGES, Sentence, Sentences
from core.score import presets

ROOT = Path(__file__).parents[3]
FILES = [
    path
    for folder in ("bot", "core")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]
CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
NO_SENTENCES = {
    "core/analyze": "what papers and models write",
    "core/analyze/takeaways.py": "what models write",
    "core/documents": "what papers write",
    "core/models/options.py": "how people separate a list",
    "core/injection": "what attackers write",
    "core/judge": "what models write",
    "core/llm": "what models and attackers write",
    "core/report/reading.py": "what models write",
    "core/score": "what papers and readers write",
    "core/store/search_words.py": "what readers search for",
    "core/text": "what papers and readers write",
    "bot/commands/ask.py": "how people write a number",
    "bot/commands/paper.py": "how people write a number",
    "bot/commands/settings_menu.py": "how people write an hour",
    "bot/commands/topics_menu.py": "a button's plus sign",
    "bot/playground": "the people and chats of the demo, where words end",
    "bot/render/deep_dive.py": "where models end a sentence",
    "bot/render/reader_time.py": "how people write days and places",
}
"""Where Chinese is data and not said to anybody, and what it is; of a package, that are the modules
that say nothing."""


@cache
def catalogue(language: str) -> dict[str, tuple[str, ...]]:
    """Return a catalogue's sentences, each in all its forms."""
    with LANGUAGES[language].open("rb") as file:
        read = read_po(file)
    return {
        message.id if isinstance(message.id, str) else message.id[0]: (
            (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        )
        for message in read
        if message.id
    }


def fields(forms: tuple[str, ...]) -> set[str]:
    """Return the placeholders of a sentence."""
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


@cache
def modules() -> dict[ModuleType, ast.Module]:
    """Return our modules that say something, and their trees."""
    texts = {path: path.read_text("utf-8") for path in FILES}
    return {
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts)): ast.parse(
            text
        )
        for path, text in texts.items()
        if "locale" in text and path.stem != "__init__"
    }


def handles(value: object) -> Iterator[Sentence | Sentences]:
    """Yield the handles a constant holds."""
    if isinstance(value, Sentence | Sentences):
        yield value
    elif isinstance(value, dict):
        yield from (handle for one in value.values() for handle in handles(one))
    elif isinstance(value, tuple):
        yield from (handle for one in value for handle in handles(one))


def all_handles() -> Iterator[Sentence | Sentences]:
    yield from (preset.label for preset in presets.load())
    for module in modules():
        for value in vars(module).values():
            yield from handles(value)


def names_of(group: Sentences) -> set[str]:
    """Return the sentences of a group that are asked for: by its list, or as strings anywhere."""
    start = f"{group.subject}."
    there = {key.removeprefix(start) for key in catalogue("en") if key.startswith(start)}
    return {str(name) for name in group.names} or there & strings()


@cache
def strings() -> set[str]:
    """Return every string constant of ours."""
    return {
        node.value
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def used() -> set[str]:
    found = set()
    for handle in all_handles():
        if isinstance(handle, Sentence):
            found.add(handle.key)
        else:
            found |= {f"{handle.subject}.{name}" for name in names_of(handle)}
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_every_sentence_and_no_other(language: str) -> None:
    assert set(catalogue(language)) == set(catalogue("en"))
    assert all(all(form.strip() for form in forms) for forms in catalogue(language).values())


def test_every_sentence_that_is_asked_for_is_there_and_every_one_is_asked_for() -> None:
    assert used() == set(catalogue("en"))


def test_every_sentence_stands_under_a_name_of_its_own() -> None:
    for language in LANGUAGES:
        names = re.findall(r'^msgid "(.+)"$', LANGUAGES[language].read_text("utf-8"), re.MULTILINE)
        assert len(names) == len(set(names))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_placeholders_are_the_same_in_every_language(language: str) -> None:
    for key, forms in catalogue(language).items():
        # The form for one may leave the number out, and a language without one may not need it.
        assert fields(forms) | {"count"} == fields(catalogue("en")[key]) | {"count"}, key


def meant(node: ast.expr, module: ModuleType) -> list[object]:
    """Return the constants of a module that an expression may be; none for a local name."""
    match node:
        case ast.Name(id=name):
            return [vars(module)[name]] if name in vars(module) else []
        case ast.Attribute(value=value, attr=name):
            return [getattr(one, name) for one in meant(value, module) if hasattr(one, name)]
        case ast.IfExp(body=one, orelse=other):
            return [*meant(one, module), *meant(other, module)]
        case ast.Subscript(value=value, slice=index):
            return [one for whole in meant(value, module) for one in parts(whole, index)]
    return []


def parts(whole: object, index: ast.expr) -> list[object]:
    """Return what a table or a group of sentences has under an index: all, if that is a name."""
    if isinstance(whole, Sentences):
        return [whole[name] for name in literals(index) or map(str, whole.names)]
    return list(whole.values()) if isinstance(whole, dict) else []


def literals(node: ast.expr) -> list[str]:
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=one, orelse=other):
            return [*literals(one), *literals(other)]
    return []


def calls() -> Iterator[tuple[str, list[str], set[str]]]:
    """Yield where sentences are said: the place, the sentences it may be, what fills them."""
    for module, tree in modules().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or any(word.arg is None for word in node.keywords):
                continue
            said = meant(node.func, module)
            keys = [one.key for one in said if isinstance(one, Sentence)]
            for group in said:
                if isinstance(group, Sentences):
                    keys += [f"{group.subject}.{name}" for name in literals(node.args[0])]
            given = {word.arg for word in node.keywords if word.arg}
            if keys:
                yield f"{module.__name__}:{node.lineno}", keys, given


def test_who_says_a_sentence_fills_its_placeholders() -> None:
    found = list(calls())
    assert len(found) > 200
    wrong = []
    for place, keys, given in found:
        needed = [fields(catalogue("en").get(key, ())) for key in keys]
        are_filled = all(wanted - {"count"} <= given for wanted in needed)
        if not are_filled or not given - {"count"} <= set().union(*needed):
            wrong.append((place, keys, needed, given))
    assert wrong == []


def test_no_chinese_sentence_stands_outside_the_catalogue() -> None:
    for path in FILES:
        name, text = path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
        is_inside = any(name.startswith(f"{place}/") for place in NO_SENTENCES)
        if name in NO_SENTENCES or (is_inside and "core.locale" not in text):
            continue
        tree = ast.parse(text)
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                is_said = id(node) not in docstrings and CHINESE.search(node.value)
                assert not is_said, f"{name}:{node.lineno}"


def test_each_place_without_sentences_is_there() -> None:
    assert [place for place in NO_SENTENCES if not (ROOT / place).exists()] == []
