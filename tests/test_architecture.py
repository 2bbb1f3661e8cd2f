"""The directions of import, enforced: who may know whom."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CLIENTS = {"aiohttp", "google", "feedparser", "aiosqlite", "sqlite3", "httpx", "requests"}
DATABASE = {"sqlalchemy", "alembic", "aiosqlite", "sqlite3"}
IO = CLIENTS | DATABASE | {"asyncio", "os", "socket", "subprocess", "telegram", "apscheduler"}
AMBIENT = {"random", "time", "dotenv", "pydantic_settings"}

FORBIDDEN: dict[str, set[str]] = {
    "core/**/*.py": {"bot", "telegram", "apscheduler", "pydantic_settings", "dotenv", "typer"},
    "core/models.py": IO | AMBIENT,
    "core/errors.py": IO | AMBIENT,
    "core/identity.py": IO | AMBIENT,
    "core/merge.py": IO | AMBIENT,
    "core/score/local.py": IO | AMBIENT,
    "core/score/pick.py": IO | AMBIENT,
    "core/score/reasons.py": IO | AMBIENT,
    "core/analyze/extract.py": IO | AMBIENT,
    "core/analyze/fit.py": IO | AMBIENT,
    "core/analyze/language.py": IO | AMBIENT,
    "core/analyze/documents/*.py": IO | AMBIENT,
    "core/report/*.py": IO | AMBIENT,
    "core/digest.py": CLIENTS | DATABASE,
    "core/gathering.py": CLIENTS | DATABASE,
    "core/scoring.py": CLIENTS | DATABASE,
    "core/analyze/*.py": CLIENTS | DATABASE,
    "core/score/*.py": CLIENTS | DATABASE,
    "core/fetch/*.py": DATABASE | {"google"},
    "core/llm/*.py": DATABASE | {"feedparser"},
    "core/store/**/*.py": {"aiohttp", "google", "feedparser", "httpx"},
    "bot/**/*.py": DATABASE | {"google", "feedparser"},
    "bot/render/*.py": IO | AMBIENT,
    "bot/links.py": IO | AMBIENT,
    "bot/morning/calendar.py": IO | AMBIENT,
    "bot/telegram/schedule.py": IO | AMBIENT,
    "bot/commands/*.py": {"aiohttp", "apscheduler"},
    "bot/delivery/*.py": {"aiohttp", "telegram", "apscheduler"},
}  # fmt: skip
"""Glob -> top-level modules (or our own packages) its files must not import."""

PIPELINE = {
    "core.fetch.arxiv",
    "core.fetch.huggingface",
    "core.fetch.openreview",
    "core.llm.providers.gemini.client",
    "core.llm.chain",
    "core.analyze.reader",
    "core.score.local",
}
CONCRETE = {
    "core/digest.py": PIPELINE,
    "core/gathering.py": PIPELINE,
    "core/scoring.py": PIPELINE,
    "core/analyze/*.py": {"core.llm.providers.gemini.client", "core.llm.chain", "core.fetch.http"},
    "core/score/*.py": {"core.llm.providers.gemini.client", "core.llm.chain"},
}  # fmt: skip
"""The pipeline knows protocols, never a concrete adapter."""

ONLY_APP = {
    "core.llm.providers.gemini.client",
    "core.fetch.arxiv",
    "core.fetch.huggingface",
    "core.fetch.openreview",
}
"""Adapters are chosen where something is registered, and nowhere else."""
CHOOSE = {ROOT / "bot/app.py", ROOT / "core/llm/providers/__init__.py"}


def _imports(path: Path) -> Iterator[str]:
    """Yield every module a file imports, also inside functions and for type checking only."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _files(pattern: str) -> list[Path]:
    found = sorted(ROOT.glob(pattern))
    assert found, f"{pattern} matches no file"
    return found


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_no_file_imports_what_it_must_not_know(pattern: str) -> None:
    for path in _files(pattern):
        tops = {name.split(".")[0] for name in _imports(path)}
        assert not tops & FORBIDDEN[pattern], f"{path.relative_to(ROOT)} imports too much"


@pytest.mark.parametrize("pattern", CONCRETE)
def test_the_pipeline_knows_protocols_only(pattern: str) -> None:
    for path in _files(pattern):
        assert not set(_imports(path)) & CONCRETE[pattern], f"{path.relative_to(ROOT)}"


def test_only_the_composition_root_chooses_adapters() -> None:
    for path in [*_files("core/**/*.py"), *_files("bot/**/*.py")]:
        if path in CHOOSE:
            continue
        assert not set(_imports(path)) & ONLY_APP, f"{path.relative_to(ROOT)}"


@pytest.mark.parametrize(
    "path", _files("core/**/*.py"), ids=lambda path: str(path.relative_to(ROOT))
)
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
    [*_files("core/**/*.py"), *_files("bot/**/*.py")],
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


def test_one_place_decides_how_the_outside_is_reached() -> None:
    """Proxies, trust, redirects and bounds: a client with a session of its own has none of them."""
    for path in [*_files("core/**/*.py"), *_files("bot/**/*.py")]:
        name = str(path.relative_to(ROOT))
        if name == "core/fetch/outbound.py" or name.startswith("bot/playground/"):
            continue  # the playground reaches this machine only
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
        called = {ast.unparse(call).rpartition(".")[2] for call in calls}
        assert not called & {"ClientSession", "TCPConnector", "urlopen", "AsyncClient"}, name


def test_only_two_files_know_the_scheduler_and_few_know_telegram() -> None:
    for path in _files("bot/**/*.py"):
        name, tops = str(path.relative_to(ROOT)), {i.split(".")[0] for i in _imports(path)}
        assert "apscheduler" not in tops or name in {"bot/morning/jobs.py", "bot/process/serve.py"}
        knows = ("bot/commands/", "bot/process/", "bot/telegram/", "bot/context.py")
        assert "telegram" not in tops or name.startswith(knows), name


def test_only_a_providers_folder_knows_its_name() -> None:
    """Chain, planner, alerts, doctor and statistics ask its policy; a setting's name is no name."""
    own = {path.name for path in (ROOT / "core/llm/providers").iterdir() if path.is_dir()}
    names = re.compile(r"gemini|google|openai|deepseek|ollama", re.IGNORECASE)
    assert {"gemini"} <= own
    else_named = {
        "core/llm/injection.py": "texts address models",
        "bot/settings.py": "the settings' names",
        "bot/variables.py": "an example",
        "bot/cli/demo.py": "a newcomer's first key",
        "bot/telegram/request.py": "a reason",
        "bot/logs.py": "keys' shapes",
    }
    for path in [*_files("core/**/*.py"), *_files("bot/**/*.py")]:
        where = path.relative_to(ROOT)
        if where.is_relative_to("core/llm/providers") or str(where) in else_named:
            continue
        code = path.read_text(encoding="utf-8")
        assert not names.search(re.sub("gemini_(score|analyze)_models", "", code)), where


def test_the_command_line_starts_light() -> None:
    """`--help` must answer at once: what every start imports stays small."""
    allowed = {"io", "typer", "pathlib", "typing", "sys", "bot", "core"}
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
