"""How long the product takes and how much memory: start, a whole day, the same day again.

    python -m tests.bench.pipeline

Each line is printed beside a baseline measured in the same run, since machines differ. Every
measurement is a process of its own: imports and memory are counted as a user meets them.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from bot.demo.replay import load_days, serve_days
from bot.settings import Settings

REPEATS = 3

BUILD = """
import asyncio, json, resource, sys
from datetime import timedelta
from pathlib import Path
from bot.cli.demo import build_demo
from bot.settings import Settings
folder = Path(sys.argv[1])
outcome = asyncio.run(build_demo(Settings(_env_file=None), folder))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": outcome.elapsed.total_seconds(), "megabytes": peak,
                  "papers": outcome.edition.digest.candidates}))
"""
IMPORTS = """
import resource
import bot.app.core, bot.cli.demo
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def main() -> None:
    """Measure everything and print one table."""
    rows = [*_start(), *_day(), *_again()]
    width = max(len(name) for name, *_ in rows)
    print(f"{'':{width}}  {'ours':>10}  {'baseline':>10}  {'ratio':>6}  baseline is")
    for name, ours, baseline, unit, what in rows:
        ratio = ours / baseline if baseline else float("nan")
        print(f"{name:{width}}  {ours:>8.2f}{unit}  {baseline:>8.2f}{unit}  {ratio:>6.1f}  {what}")


Row = tuple[str, float, float, str, str]


def _start() -> list[Row]:
    ours = _seconds([sys.executable, "-m", "bot", "--help"])
    baseline = _seconds([sys.executable, "-c", "import typer"])
    return [("python -m bot --help", ours, baseline, " s", "python -c 'import typer'")]


def _day() -> list[Row]:
    imports = _seconds([sys.executable, "-c", IMPORTS])
    empty = float(_output([sys.executable, "-c", IMPORTS]))
    with tempfile.TemporaryDirectory() as folder:
        built = json.loads(_output([sys.executable, "-c", BUILD, folder]))
    name = f"a bundled day, {built['papers']} papers"
    return [
        (f"{name}: time after imports", built["seconds"], imports, " s", "importing everything"),
        (f"{name}: peak memory", built["megabytes"], empty, "MB", "importing everything"),
    ]


def _again() -> list[Row]:
    """Run `digest` twice against loopback services: the second run reuses everything."""
    with tempfile.TemporaryDirectory() as folder:
        first, second = asyncio.run(_twice(Path(folder)))
    return [("digest again, whole process", second, first, " s", "the first run (SOURCES=hf)")]


async def _twice(folder: Path) -> tuple[float, float]:
    async with serve_days(load_days()) as url:
        environment = _clean() | {"HF_ENDPOINT": f"{url}/hf", "ARXIV_ENDPOINT": f"{url}/arxiv"}
        environment["SOURCES"] = "huggingface"
        command = [sys.executable, "-m", "bot", "digest", "--date", "2026-03-13"]
        return (
            await asyncio.to_thread(_once, command, environment, folder),
            await asyncio.to_thread(_once, command, environment, folder),
        )


def _clean() -> dict[str, str]:
    names = {name.upper() for name in Settings.model_fields}
    root = str(Path(__file__).parents[2])
    return {k: v for k, v in os.environ.items() if k not in names} | {"PYTHONPATH": root}


def _once(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> float:
    start = time.perf_counter()
    subprocess.run(command, env=environment, cwd=folder, check=True, capture_output=True)
    return timedelta(seconds=time.perf_counter() - start).total_seconds()


def _seconds(command: Sequence[str]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        return statistics.median(_once(command, _clean(), Path(folder)) for _ in range(REPEATS))


def _output(command: Sequence[str]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            command, env=_clean(), cwd=folder, check=True, capture_output=True, text=True
        )
    return done.stdout.strip().splitlines()[-1]


if __name__ == "__main__":
    main()
