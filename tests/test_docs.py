"""What the developers' documents name exists, and the steps of their walks call each other."""

import ast
import re
import shlex
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from bot import commands
from bot.app.core import ARXIV_INTERVAL
from bot.daily.editions import LEAD
from core.judge.isolation import RISE
from tests.test_architecture import FLOORS
from tests.test_readme import COMMANDS, TARGETS

ROOT = Path(__file__).parents[1]
DOCS = sorted((ROOT / "docs").glob("*.md"))
README, CHINESE = ROOT / "README.md", ROOT / "README.zh-CN.md"
STEP = re.compile(r"^( *)- `([\w.]+)` \(`([\w/.]+)`\): (.+)$", re.MULTILINE)
MINUTES, SECONDS = LEAD // timedelta(minutes=1), ARXIV_INTERVAL // timedelta(seconds=1)
THREE = {3: "three"}
ELSEWHERE = {
    ".venv": "made by make",
    "--help": "every command's",
    "mypy --strict": "run by make check",
    "except Exception": "Python's",
    "SecretStr": "pydantic's",
    "Plural-Forms": "gettext's",
    "PAPERBOY_RENEW=1": "read by a test",
    "main": "the audience of the digest",
    "help.help": "a sentence",
    "NAME": "stands for yours",
    "openai/NAME": "a model",
    "openai/名称": "a model",
    "OLLAMA_CONTEXT_LENGTH": "Ollama's",
    "GEMINI_API_KEY_FILE": "a secret's file, as with every secret",
}
"""What is named and not ours, or not a name in the code."""


def named(text: str) -> list[str]:
    """Return what stands in backticks, outside of blocks."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"`([^`\n]+)`", prose)


@cache
def places() -> Mapping[str, set[str]]:
    """Return our functions, classes, constants and `Class.member`s, and the files they are in."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in [*ROOT.glob("core/**/*.py"), *ROOT.glob("bot/**/*.py")]:
        for name in defined(ast.parse(path.read_text("utf-8"))):
            found[name].add(path.relative_to(ROOT).as_posix())
    return dict(found)


def defined(node: ast.AST, owner: str = "") -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield owner + name
            case ast.ClassDef(name=name):
                yield owner + name
                yield from defined(child, f"{name}.")
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                yield owner + name


@cache
def settings() -> set[str]:
    example = (ROOT / ".env.example").read_text("utf-8")
    return set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))


@cache
def spoken() -> set[str]:
    """Return the commands the bot answers to."""
    handlers = [handler for module in commands.COMMANDS for handler in module.HANDLERS]
    return {f"/{name}" for handler in handlers for name in getattr(handler, "commands", ())}


def is_there(path: str) -> bool:
    """Whether a path exists; where `NAME` stands for the reader's own, whether there are others."""
    return any(ROOT.glob(re.sub("NAME|NNNN", "*", path.rstrip("/"))))


def can_be_typed(line: str) -> bool:
    match shlex.split(line):
        case ["make", *targets]:
            return set(targets) <= TARGETS
        case ["paperboy", command]:
            return command == "COMMAND" or command in COMMANDS
        case [".venv/bin/python", "-m", "pytest", path, *_]:
            return is_there(path)
    return False


def is_known(name: str) -> bool:
    """Whether what a name stands for exists."""
    if name in ELSEWHERE or name in settings() or name in places() or name in FLOORS:
        return True
    if " " in name:
        return can_be_typed(name)
    if name.startswith("/"):
        return name in spoken()
    return bool(re.search(r"/|\.\w+$", name)) and is_there(name)


def test_the_documents_are_found() -> None:
    assert [doc.name for doc in DOCS] == ["ARCHITECTURE.md", "CONTRIBUTING.md"]


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_what_is_named_exists(doc: Path) -> None:
    found = named(doc.read_text("utf-8"))
    assert len(found) > 60
    assert [name for name in found if not is_known(name)] == []


@pytest.mark.parametrize("readme", [README, CHINESE], ids=lambda readme: readme.name)
def test_what_a_readme_names_of_ours_exists(readme: Path) -> None:
    """Settings with what may be set behind them, commands of the bot, files and folders."""
    first = [name.partition("=")[0].split()[0] for name in named(readme.read_text("utf-8"))]
    ours = [
        name for name in first if re.fullmatch(r"[A-Z]+(_[A-Z]+)+|/[a-z]+|[a-z]+/[\w/.]*", name)
    ]
    assert len(ours) > 50
    assert [name for name in ours if not is_known(name)] == []


PACKAGES = [
    path.parent
    for path in [*ROOT.glob("core/**/__init__.py"), *ROOT.glob("bot/**/__init__.py")]
    if not {"migrations", "playground"} & set(path.parts)  # they speak of others' files and paths
]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_package_s_map_names_exists(package: Path) -> None:
    """Also a file or a module of the package, what one of them has, or a method of one."""
    words = ast.get_docstring(ast.parse((package / "__init__.py").read_text("utf-8"))) or ""
    own = "".join(path.read_text("utf-8") for path in package.glob("*.py"))
    files = {name for path in package.iterdir() for name in (path.name, f"{path.name}/", path.stem)}
    for name in named(words):
        module, _, member = name.partition(".")
        has = f"def {name[:-1]}" in own if name.endswith("()") else name in files or is_known(name)
        is_dotted = re.fullmatch(r"[a-z_.]+", name) and is_there(name.replace(".", "/"))
        assert has or is_dotted or f"def {member}(" in _text(package / f"{module}.py"), name


def _text(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


def test_both_readmes_name_the_same_settings_and_commands() -> None:
    one, other = (
        {name for name in named(readme.read_text("utf-8")) if name in settings() | spoken()}
        for readme in (README, CHINESE)
    )
    assert one == other


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        (f"starts {MINUTES} minutes earlier", f"提前 {MINUTES} 分钟"),
        (f"upwards by {RISE} points at most", f"最多高 {RISE} 分"),
        (f"one request per {THREE[SECONDS]} seconds", "每三秒"),
    ],
)
def test_the_readmes_numbers_are_the_codes(english: str, chinese: str) -> None:
    assert english in " ".join(README.read_text("utf-8").split())
    assert chinese in CHINESE.read_text("utf-8")


@pytest.mark.parametrize("doc", [*DOCS, README, CHINESE], ids=lambda doc: doc.name)
def test_links_lead_somewhere(doc: Path) -> None:
    for link in re.findall(r"\]\(([^)#:]+)\)", doc.read_text("utf-8")):
        assert (doc.parent / link).exists(), link


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_a_document_is_read_in_ten_minutes(doc: Path) -> None:
    assert len(doc.read_text("utf-8").split()) < 2200


@pytest.mark.parametrize(
    "name",
    [
        "core/llm/gemini.py",
        "DigestBuilder.make",
        "make tests",
        "paperboy rum",
        "/desk",
        "GEMINI_KEY",
    ],
)
def test_what_is_not_there_is_noticed(name: str) -> None:
    assert not is_known(name)


@pytest.mark.parametrize("top", FLOORS)
def test_the_floors_are_told_from_top_to_bottom(top: str) -> None:
    text = (ROOT / "docs" / "ARCHITECTURE.md").read_text("utf-8")
    told = re.findall(rf"^\| `{top}/(\w+)` \|", text, re.MULTILINE)
    assert told == [name for name in FLOORS[top] if (ROOT / top / name).is_dir()]


def test_each_step_of_a_walk_is_called_by_the_one_above_it() -> None:
    """By its file at least, under this name; what a library calls says so."""
    above: list[tuple[int, str]] = []
    steps = STEP.findall((ROOT / "docs" / "ARCHITECTURE.md").read_text("utf-8"))
    assert len(steps) > 40
    for indent, name, file, said in steps:
        assert file in places()[name], f"{name} is not in {file}"
        above = [step for step in above if step[0] < len(indent)]
        if above and "by the library" not in said:
            caller = (ROOT / above[-1][1]).read_text("utf-8")
            assert re.search(rf"\b{name.rpartition('.')[2]}\b", caller), f"{above[-1][1]}: {name}"
        above.append((len(indent), file))
