"""The house, enforced: floors, maps, and who may know whom."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from core.fetch.sources import SOURCES
from core.llm.providers import PROVIDERS

ROOT = Path(__file__).parents[1]
FLOORS = {
    "core": (
        "personal",
        "digest",
        "report",
        "judge",
        "analyze",
        "store",
        "figures",
        "score",
        "injection",
        "llm",
        "documents",
        "fetch",
        "sandbox",
        "text",
        "models",
        "locale",
    ),
    "bot": (
        "__main__",
        "cli",
        "demo",
        "app",
        "process",
        "commands",
        "daily",
        "features",
        "delivery",
        "telegram",
        "chains",
        "outbound",
        "logs",
        "render",
        "settings",
        "unknown_settings",
        "playground",
    ),
}
"""From top to bottom: data flows down, and what stands higher is imported by nothing below it."""
CLIENTS = {"aiohttp", "google", "feedparser", "aiosqlite", "sqlite3", "httpx", "requests"}
DATABASE = {"sqlalchemy", "alembic", "aiosqlite", "sqlite3"}
IO = CLIENTS | DATABASE | {"asyncio", "os", "socket", "subprocess", "telegram", "apscheduler"}
AMBIENT = {"random", "time", "dotenv", "pydantic_settings"}
PURE = {
    "core/locale": (),
    "core/models": (),
    "core/text": (),
    "core/score": (),
    "core/report": (),
    "core/injection": (),
    "core/documents": ("full_text", "places", "sandbox"),
    "core/analyze/check": (),
    "bot/render": (),
}
"""Package -> its modules that may do I/O after all: where texts come from, their sandbox."""
FORBIDDEN: dict[str, set[str]] = {
    "core": {"bot", "telegram", "apscheduler", "pydantic_settings", "dotenv", "typer"},
    "core/digest": CLIENTS | DATABASE,
    "core/judge": CLIENTS | DATABASE,
    "core/analyze": CLIENTS | DATABASE,
    "core/personal": CLIENTS | DATABASE,
    "core/fetch": DATABASE | {"google"},
    "core/llm": DATABASE | {"feedparser"},
    "core/store": {"aiohttp", "google", "feedparser", "httpx"},
    "bot": DATABASE | {"google", "feedparser"},
    "bot/playground": {"core"},
    "bot/commands": {"aiohttp", "apscheduler"},
    "bot/features": {"telegram", "aiohttp", "apscheduler"},
    "bot/daily": {"telegram", "aiohttp"},
    "bot/delivery": {"aiohttp", "telegram", "apscheduler"},
}
"""Package, with all below it -> top-level modules its files must not import."""
ADAPTERS = {adapter.open.__module__ for adapter in (*SOURCES, *PROVIDERS)}
"""Each stands in its registry and nowhere else: everything else knows protocols."""
CHOOSES = {"core.fetch.sources", "core.llm.providers"}


@cache
def _modules() -> dict[str, Path]:
    """Return every module by its dotted name: what is in the folders, whatever their depth."""
    found = {}
    for path in sorted([*ROOT.glob("core/**/*.py"), *ROOT.glob("bot/**/*.py")]):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


@cache
def _imports(path: Path) -> tuple[str, ...]:
    """Return every module a file imports, also inside functions and for type checking only."""
    return tuple(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if name in _modules() else node.module


def _files(folder: str) -> list[Path]:
    found = sorted((ROOT / folder).rglob("*.py"))
    assert found, f"{folder} holds no file"
    return found


def test_every_package_has_its_floor() -> None:
    for top, floors in FLOORS.items():
        here = {name.split(".")[1] for name in _modules() if name.startswith(f"{top}.")}
        assert here == set(floors)


@pytest.mark.parametrize("top", FLOORS)
def test_no_package_imports_one_above_it(top: str) -> None:
    floor = {name: number for number, name in enumerate(FLOORS[top])}
    for name, path in _modules().items():
        if not name.startswith(f"{top}."):
            continue
        ours = name.split(".")[1]
        for imported in _imports(path):
            parts = imported.split(".")
            if parts[0] == top and len(parts) > 1 and parts[1] in floor and parts[1] != ours:
                assert floor[parts[1]] > floor[ours], f"{name} imports {imported}, which is above"


def test_no_two_neighbours_import_each_other() -> None:
    """Nor do more of them in a ring: modules and packages of one folder, at every depth."""
    knows: dict[str, set[str]] = defaultdict(set)
    for name, path in _modules().items():
        for imported in _imports(path):
            if imported in _modules():
                ours, theirs = _neighbours(name, imported)
                if ours and theirs:
                    knows[ours].add(theirs)
    for start in list(knows):
        ring = _ring(start, knows)
        assert not ring, " -> ".join(ring)


def _neighbours(one: str, other: str) -> tuple[str, str]:
    """Return the two of one folder that these belong to; nothing where one holds the other."""
    ours, theirs = one.split("."), other.split(".")
    depth = next((n for n, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), 0)
    if not depth:
        return "", ""
    return ".".join(ours[: depth + 1]), ".".join(theirs[: depth + 1])


def _ring(start: str, knows: dict[str, set[str]]) -> list[str]:
    """Return the shortest way from a node back to itself, or nothing."""
    ways, seen = [[start]], set()
    for way in ways:
        for following in sorted(knows.get(way[-1], ())):
            if following == start:
                return [*way, start]
            if following not in seen:
                seen.add(following)
                ways.append([*way, following])
    return []


def _packages() -> list[Path]:
    return [path.parent for path in _modules().values() if path.name == "__init__.py"]


@pytest.mark.parametrize("package", _packages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_package_s_map_names_all_its_modules(package: Path) -> None:
    if package.name == "versions":
        return  # migrations, one file each, named by their number
    tree = ast.parse((package / "__init__.py").read_text(encoding="utf-8"))
    first = {
        line.split()[0].rstrip("/")
        for line in (ast.get_docstring(tree) or "").splitlines()
        if line.split()
    }
    modules = {path.stem for path in package.glob("*.py")} - {"__init__", "__main__"}
    folders = {path.parent.name for path in package.glob("*/__init__.py")}
    assert modules | folders <= first, f"not on the map: {sorted((modules | folders) - first)}"


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_no_file_imports_what_it_must_not_know(folder: str) -> None:
    for path in _files(folder):
        tops = {name.split(".")[0] for name in _imports(path)}
        assert not tops & FORBIDDEN[folder], f"{path.relative_to(ROOT)} imports too much"


@pytest.mark.parametrize("folder", PURE)
def test_what_is_pure_does_no_input_and_output(folder: str) -> None:
    for path in _files(folder):
        tops = {name.split(".")[0] for name in _imports(path)}
        if path.stem not in PURE[folder]:
            assert not tops & (IO | AMBIENT), f"{path.relative_to(ROOT)} is not pure"


def test_only_what_starts_a_process_imports_the_root() -> None:
    for name, path in _modules().items():
        if not name.startswith(("bot.app", "bot.cli", "bot.demo", "bot.__main__")):
            assert not any(each.startswith("bot.app") for each in _imports(path)), name


def test_only_the_registries_know_adapters() -> None:
    for name, path in _modules().items():
        if name not in CHOOSES:
            assert not set(_imports(path)) & ADAPTERS, name


@pytest.mark.parametrize("path", _files("core"), ids=lambda path: str(path.relative_to(ROOT)))
def test_core_reads_no_environment_and_no_working_directory(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"environ", "getenv", "getcwd", "cwd", "utcnow", "today"}, (
                f"line {node.lineno}"
            )
            is_clock = node.attr == "now" and isinstance(node.value, ast.Name)
            assert not (is_clock and node.value.id == "datetime"), f"line {node.lineno}: a clock"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "path",
    [*_files("core"), *_files("bot")],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_nothing_swallows_every_exception(path: Path) -> None:
    """`except Exception` hides bugs; `except BaseException` may only clean up and raise again."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ExceptHandler):
            continue
        assert node.type is not None, f"line {node.lineno}: bare except"
        names = {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)}
        assert "Exception" not in names, f"line {node.lineno}"
        if "BaseException" in names:
            assert isinstance(node.body[-1], ast.Raise), f"line {node.lineno}: swallowed"


def test_commands_reach_no_table() -> None:
    """They parse, call a feature and answer; what is decided and stored is the features' own."""
    for path in _files("bot/commands"):
        assert not any(name.startswith("core.store") for name in _imports(path)), path.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "arg", None)
            assert name not in {"store", "core"}, f"{path.name}: a handler is given `{name}`"


def test_one_place_decides_how_the_outside_is_reached() -> None:
    """Proxies, trust, redirects and bounds: a client with a session of its own has none of them."""
    for path in [*_files("core"), *_files("bot")]:
        name = str(path.relative_to(ROOT))
        if name == "core/fetch/outbound.py" or name.startswith("bot/playground/"):
            continue  # the playground reaches this machine only
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
        called = {ast.unparse(call).rpartition(".")[2] for call in calls}
        assert not called & {"ClientSession", "TCPConnector", "urlopen", "AsyncClient"}, name


def test_only_two_files_know_the_scheduler_and_few_know_telegram() -> None:
    for path in _files("bot"):
        name, tops = str(path.relative_to(ROOT)), {i.split(".")[0] for i in _imports(path)}
        assert "apscheduler" not in tops or name in {"bot/daily/jobs.py", "bot/process/serve.py"}
        knows = ("bot/app/", "bot/commands/", "bot/process/", "bot/telegram/")
        assert "telegram" not in tops or name.startswith(knows), name


def test_the_command_line_starts_light() -> None:
    """`--help` must answer at once: what every start imports stays small."""
    allowed = {"gc", "io", "typer", "pathlib", "typing", "sys", "bot", "core"}
    for name in ("bot/__main__.py", "bot/cli/__init__.py"):
        tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
        top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        modules = {
            alias.name.split(".")[0]
            for node in top
            if isinstance(node, ast.Import)
            for alias in node.names
        } | {str(node.module).split(".")[0] for node in top if isinstance(node, ast.ImportFrom)}
        assert modules <= allowed
