"""Files that somebody names, of every kind there is."""

import gzip
import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli.input_lines import MAX_LINE, read_lines
from bot.cli.rank import read_papers, run
from core.models.errors import UsageError

PAPER = b'{"id": "2603.00001", "title": "A title"}\n'
SOON = timedelta(milliseconds=50)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b"\xef\xbb\xbfone\r\ntwo", ["one\r\n", "two"]),
        (b"one\n" + b"x" * MAX_LINE + b"\ntwo\n", ["one\n", None, "two\n"]),
        (b"x" * (MAX_LINE - 1) + b"\n", ["x" * (MAX_LINE - 1) + "\n"]),
        (b"x" * MAX_LINE, [None]),
        (b"x" * (2 * MAX_LINE + 5) + b"\none", [None, "one"]),
        (b"\xff\n", ["\ufffd\n"]),
    ],
    ids=["empty", "mark", "long", "just", "one piece", "pieces", "no UTF-8"],
)
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_lines_are_whole_or_too_long(
    content: bytes, expected: list[str | None], suffix: str, tmp_path: Path
) -> None:
    path = tmp_path / f"lines{suffix}"
    path.write_bytes(gzip.compress(content, 1) if suffix else content)
    assert list(read_lines(path, max_bytes=10**8)) == expected


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/urandom"])
def test_a_file_without_an_end_is_no_list_of_papers(device: str) -> None:
    with pytest.raises(UsageError, match=device):
        read_papers(Path(device))


@pytest.mark.parametrize("option", ["likes", "dislikes"])
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/urandom"])
def test_a_file_without_an_end_is_no_list_of_ids(device: str, option: str, tmp_path: Path) -> None:
    (tmp_path / "p.jsonl").write_bytes(PAPER)
    others = {"likes": None, "dislikes": None} | {option: Path(device)}
    with pytest.raises(UsageError, match=device):
        run(tmp_path / "p.jsonl", focus="x", **others)


def test_a_small_file_that_unpacks_to_a_huge_one_is_left_off(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.jsonl.gz"
    bomb.write_bytes(gzip.compress(PAPER) + gzip.compress(bytes(10**6)) * 1000)
    with pytest.raises(UsageError, match="longer than 10 MB"):
        list(read_lines(bomb, max_bytes=10**7))


def test_one_line_that_is_too_long_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_bytes(b'{"id": "1", "abstract": "' + b"x" * 3 * MAX_LINE + b'"}\n' + PAPER)
    papers, broken = read_papers(path)
    assert (list(papers), broken) == (["2603.00001"], 1)


def test_a_pipe_is_read_as_its_writer_writes(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(PAPER * 5000))
    writer.start()
    assert len(list(read_lines(pipe, max_bytes=10**8))) == 5000
    writer.join()


def test_a_pipe_without_a_writer_is_said_to_be_one(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="pipe, and nobody wrote"):
        list(read_lines(tmp_path / "pipe", max_bytes=10, patience=SOON))


@pytest.mark.parametrize("name", [".", "missing", "half.gz", "plain.gz"])
def test_what_cannot_be_read_is_one_sentence(name: str, tmp_path: Path) -> None:
    (tmp_path / "half.gz").write_bytes(gzip.compress(PAPER * 100)[:-9])
    (tmp_path / "plain.gz").write_bytes(PAPER)
    with pytest.raises(UsageError) as refused:
        list(read_lines(tmp_path / name, max_bytes=10**8))
    assert "\n" not in str(refused.value)
