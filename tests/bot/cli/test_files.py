"""Report files are whole or not there, and an unwritable folder is one clear sentence."""

import json
import os
import stat
from pathlib import Path

import pytest

from bot.cli.files import prepare_folder, write_report
from core.models.errors import UsageError
from tests.core.report.examples import edition


def test_both_files_are_written_and_readable_by_others(tmp_path: Path) -> None:
    path = write_report(edition(), prepare_folder(tmp_path / "new" / "folder"))
    assert path.name == "2026-03-01.md"
    assert path.read_text(encoding="utf-8").startswith("# 🚀 CV 论文日报 | 2026-03-01\n")
    assert json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["scanned"] == 130
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert sorted(file.name for file in path.parent.iterdir()) == [
        "2026-03-01.json",
        "2026-03-01.md",
    ]


def test_a_second_write_replaces_the_first(tmp_path: Path) -> None:
    write_report(edition(), tmp_path)
    path = write_report(edition("en"), tmp_path)
    assert path.read_text(encoding="utf-8").startswith("# 🚀 CV Paper Daily")


@pytest.mark.parametrize("where", ["file", "file/below"])
def test_a_folder_that_cannot_be_is_refused(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UsageError, match="--out"):
        prepare_folder(tmp_path / where)


def test_a_failing_write_leaves_the_old_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_report(edition(), tmp_path)
    before = path.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(UsageError, match="No space left"):
        write_report(edition("en"), tmp_path)
    assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 2
