"""The command line as a person meets it: a real process, its exit code, its one clear sentence."""

import asyncio
import gzip
import json
import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.demo.replay import load_days
from bot.settings import Settings
from tests.bot.conftest import PATIENCE
from tests.forked import forked
from tests.servers import papers as doubles
from tests.servers.gemini import KEY

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


class Shell:
    """Runs commands in an empty folder, without any of our settings in the environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        names = {name.upper() for name in Settings.model_fields}
        self.environment = {k: v for k, v in os.environ.items() if k not in names}
        self.environment |= {"PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "120"}

    async def __call__(self, *arguments: str, **settings: str) -> Ended:
        """Run a command as its own process, spared the imports."""
        environment = self.environment | settings
        return _ended(*await forked(arguments, self.folder, environment, patience=PATIENCE))

    async def afresh(self, *arguments: str, **settings: str) -> Ended:
        """Run `python -m bot`, with all that a start takes."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *arguments,
            cwd=self.folder,
            env=self.environment | settings,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await asyncio.wait_for(process.communicate(), timeout=PATIENCE)
        assert process.returncode is not None
        return _ended(process.returncode, out.decode(), err.decode())


def _ended(code: int, out: str, err: str) -> Ended:
    assert "Traceback" not in err, err
    assert KEY not in out + err
    return Ended(code, out, err)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
async def world(shell: Shell) -> AsyncIterator[doubles.Services]:
    async with doubles.serving(doubles.Services(load_days())) as services:
        services.gemini.scores = {"2603.12255": 91}
        shell.environment |= {
            "HF_ENDPOINT": f"{services.url}/hf",
            "ARXIV_ENDPOINT": f"{services.url}/arxiv",
            "GOOGLE_GEMINI_BASE_URL": f"{services.url}/gemini",
            "SOURCES": "huggingface",  # arXiv's gate of 3 s is honoured, and too slow for a test
        }
        yield services


async def test_help_names_every_command(shell: Shell) -> None:
    ended = await shell.afresh("--help")
    assert ended.code == 0
    for command in ("demo", "run", "push", "digest", "paper", "rank", "doctor", "stats"):
        assert command in ended.out


async def test_no_command_is_wrong_use(shell: Shell) -> None:
    assert (await shell.afresh()).code == 2
    assert (await shell.afresh("fly")).code == 2


async def test_the_demo_needs_nothing_and_says_where_the_report_lies(shell: Shell) -> None:
    shell.environment["http_proxy"] = shell.environment["https_proxy"] = "http://127.0.0.1:9"
    shell.environment["SSL_CERT_FILE"] = "/nowhere.pem"
    ended = await shell.afresh(
        "demo", "--once", GEMINI_API_KEY="not-used", HF_ENDPOINT="http://[::1]:1"
    )
    assert ended.code == 0, ended.err
    report = shell.folder / "data" / "demo" / "2026-03-13.md"
    assert str(report.relative_to(shell.folder)) in ended.out
    text = report.read_text(encoding="utf-8")
    assert text.startswith("# 🚀 CV 论文日报 | 2026-03-13\n> 🤖 今日动态：扫描 ")
    assert "精选 2 篇，附原文摘录" in text
    assert "随附的真实日数据" in text
    assert not list(shell.folder.rglob("*.db")), "the demo left a database behind"


async def test_digest_writes_both_files_and_a_second_run_calls_no_model(
    shell: Shell, world: doubles.Services
) -> None:
    day = ("digest", "--date", "2026-03-13", "--out", "out")
    first = await shell.afresh(*day, GEMINI_API_KEY=KEY)
    assert first.code == 0, first.err
    assert "模型调用 10 次" in first.out, (
        "scoring, seven looks at halves, a pick read and looked at"
    )
    assert "读取来源 1/1" in first.err
    report = (shell.folder / "out" / "2026-03-13.md").read_text(encoding="utf-8")
    data = json.loads((shell.folder / "out" / "2026-03-13.json").read_text(encoding="utf-8"))
    assert [pick["id"] for pick in data["picks"]] == ["2603.12255"]
    assert data["picks"][0]["score_kind"] == "llm"

    second = await shell(*day, GEMINI_API_KEY=KEY)
    assert "模型调用 0 次" in second.out
    assert "沿用已存的当日选稿" in second.out
    assert (shell.folder / "out" / "2026-03-13.md").read_text(encoding="utf-8") == report

    stats = await shell.afresh("stats", GEMINI_API_KEY=KEY)
    assert "· 10 model calls · " in stats.out
    assert "2/20" in stats.out
    assert "8/500" in stats.out, "the looks need no large model"
    assert "huggingface" in stats.out


async def test_the_english_digest_is_english(shell: Shell, world: doubles.Services) -> None:
    ended = await shell("digest", "--date", "2026-03-13", DIGEST_LANGUAGE="en")
    assert ended.code == 0
    report = (shell.folder / "data" / "digests" / "2026-03-13.md").read_text(encoding="utf-8")
    assert report.startswith("# 🚀 CV Paper Daily | 2026-03-13")
    assert not [c for c in report + ended.out if "\u4e00" <= c <= "\u9fff"]


async def test_paper_prints_one_deep_dive(shell: Shell, world: doubles.Services) -> None:
    link = "https://huggingface.co/papers/2603.12255"
    ended = await shell.afresh("paper", link, GEMINI_API_KEY=KEY)
    assert ended.code == 0, ended.err
    assert ended.out.startswith("# Spatial-TTT")
    assert ended.out.count("#### ") == 4


async def test_doctor_says_what_to_do(shell: Shell, world: doubles.Services) -> None:
    ended = await shell.afresh("doctor")
    assert ended.code == 0, ended.err
    lines = ended.out.splitlines()
    assert any(line.startswith("ok") and "huggingface" in line for line in lines)
    assert any(line.startswith("degraded") and "GEMINI_API_KEY" in line for line in lines)


async def test_doctor_fails_when_no_source_can_be_read(shell: Shell) -> None:
    ended = await shell("doctor", SOURCES="huggingface", HF_ENDPOINT="http://127.0.0.1:9")
    assert ended.code == 1
    assert "no source can be read" in ended.out


@pytest.mark.parametrize(
    ("arguments", "settings", "expected"),
    [
        (("digest", "--date", "13.03.2026"), {}, "YYYY-MM-DD"),
        (("digest", "--date", "2999-01-01"), {}, "in the future"),
        (("digest", "--out", "/dev/null/x"), {}, "--out"),
        (("paper", "not a paper"), {}, "arXiv id"),
        (("paper", "2613.00001"), {}, "arXiv id"),
        (
            ("digest",),
            {"HF_TOP": "many", "DIGEST_LANGUAGE": "fr"},
            "an integer\n  DIGEST_LANGUAGE: ",
        ),
        (("digest",), {"DATABASE_URL": "mysql://x"}, "sqlite"),
        (("rank", "--focus", "diffusion", "missing.jsonl"), {}, "missing.jsonl"),
    ],
)
async def test_bad_input_is_one_clear_sentence(
    shell: Shell, arguments: tuple[str, ...], settings: dict[str, str], expected: str
) -> None:
    ended = await shell(*arguments, **settings)
    assert ended.code == 2
    assert expected in ended.err
    first, *others = ended.err.strip().splitlines()
    assert not others or first == "paperboy: these settings are wrong:"
    assert ended.out == ""


async def test_a_damaged_database_is_named_and_left_as_it_is(shell: Shell) -> None:
    path = shell.folder / "data" / "paperboy.db"
    path.parent.mkdir()
    path.write_bytes(b"this was a database" * 100)
    ended = await shell("digest")
    assert ended.code == 2
    assert "paperboy.db" in ended.err
    assert len(ended.err.strip().splitlines()) == 1
    assert path.read_bytes() == b"this was a database" * 100


async def test_a_database_newer_than_the_program_is_refused(
    shell: Shell, world: doubles.Services
) -> None:
    assert (await shell("stats")).code == 0
    with closing(sqlite3.connect(shell.folder / "data" / "paperboy.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    ended = await shell("stats")
    assert ended.code == 2
    assert "newer" in ended.err


PAPERS = [
    {"id": "2603.1", "title": "Robots fold laundry", "abstract": "A gripper folds towels."},
    {"id": "2603.2", "title": "Blind image restoration", "abstract": "We denoise and deblur."},
    {"id": "2603.3", "title": "", "abstract": "Real-world super-resolution by diffusion."},
    {"id": "2603.4", "title": "No abstract on parsing", "date": "2026-03-13", "more": [1]},
]  # fmt: skip


def _write(path: Path, lines: list[str]) -> None:
    content = "".join(f"{line}\n" for line in lines).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


@pytest.mark.parametrize("name", ["papers.jsonl", "papers.jsonl.gz"])
async def test_rank_prints_every_paper_best_first(shell: Shell, name: str) -> None:
    _write(shell.folder / name, [json.dumps(paper) for paper in PAPERS])
    ended = await shell("rank", "--focus", "image restoration", name)
    assert ended.code == 0, ended.err
    rows = [line.split("\t") for line in ended.out.splitlines()]
    assert {row[0] for row in rows} == {"2603.1", "2603.2", "2603.3", "2603.4"}
    assert rows[0][0] == "2603.2"
    scores = [float(row[1]) for row in rows]
    assert scores == sorted(scores, reverse=True)


async def test_rank_counts_broken_lines_and_goes_on(shell: Shell) -> None:
    broken = [
        "{",
        "[]",
        "null",
        '{"id": "a\\tb", "title": "x"}',
        "",
        '{"id": 7, "title": "a number"}',
    ]
    _write(shell.folder / "p.jsonl", [*broken, *(json.dumps(paper) for paper in PAPERS)])
    ended = await shell.afresh("rank", "--focus", "图像修复", "p.jsonl")
    assert ended.code == 0
    assert len(ended.out.splitlines()) == 5
    assert ended.out.startswith("2603.2\t")
    assert "4 lines of p.jsonl are not papers" in ended.err


async def test_rank_learns_from_likes_and_dislikes(shell: Shell) -> None:
    _write(shell.folder / "p.jsonl", [json.dumps(paper) for paper in PAPERS])
    _write(shell.folder / "likes", ["2603.1", "2603.777"])
    _write(shell.folder / "dislikes", ["2603.2"])
    ended = await shell(
        "rank", "--focus", "image", "--likes", "likes", "--dislikes", "dislikes", "p.jsonl"
    )
    assert ended.code == 0, ended.err
    order = [line.split("\t")[0] for line in ended.out.splitlines()]
    assert order.index("2603.1") < order.index("2603.2")
    assert "1 of 2 ids are not in the list" in ended.err


@pytest.mark.parametrize("content", [b"\x1f\x8b\x08not really", b"plain text"])
async def test_a_broken_gzip_is_one_clear_sentence(shell: Shell, content: bytes) -> None:
    (shell.folder / "p.jsonl.gz").write_bytes(content)
    ended = await shell("rank", "--focus", "diffusion", "p.jsonl.gz")
    assert ended.code == 2
    assert "p.jsonl.gz" in ended.err
    assert len(ended.err.strip().splitlines()) == 1


async def test_rank_of_nothing_prints_nothing(shell: Shell) -> None:
    _write(shell.folder / "p.jsonl", [])
    ended = await shell("rank", "--focus", "diffusion", "p.jsonl")
    assert (ended.code, ended.out) == (0, "")
