"""What the READMEs say to type exists: make targets, commands and their options, files, modules."""

import re
import shlex
from pathlib import Path

import pytest
import typer

from bot.cli import app

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
COMMANDS = {
    name: {option for parameter in command.params for option in parameter.opts}
    for name, command in typer.main.get_group(app).commands.items()
}
SPOKEN = ("COMMAND",)
"""What stands for any command."""


def typed(text: str) -> list[str]:
    """Return what is to be typed: the lines of shell blocks, and commands within sentences."""
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.strip()]
    return lines + re.findall(r"`((?:paperboy|make|python -m) [^`\n]+)`", text)


@pytest.mark.parametrize("name", READMES)
def test_what_is_to_be_typed_exists(name: str) -> None:
    lines = typed((ROOT / name).read_text("utf-8"))
    assert len(lines) > 10
    for line in lines:
        words = shlex.split(line.replace("[", " ").replace("]", " "), comments=True)
        match words:
            case ["make", *targets]:
                assert set(targets) <= TARGETS, line
            case ["paperboy" | ".venv/bin/paperboy", command, *arguments]:
                options = {word for word in arguments if word.startswith("-")}
                assert command.startswith("-") or options <= COMMANDS[command], line
            case ["python", "-m", "bot", command, *_]:
                assert command in (*COMMANDS, *SPOKEN), line
            case ["python", "-m", module, *_]:
                assert (ROOT / module.replace(".", "/")).with_suffix(".py").exists(), line
            case ["cp", source, _]:
                assert (ROOT / source).exists(), line
            case _:
                pytest.fail(f"{line!r}: nothing here knows whether that works")


@pytest.mark.parametrize("name", READMES)
def test_nothing_is_started_before_it_is_installed(name: str) -> None:
    for block in re.findall(r"^```sh\n(.*?)^```", (ROOT / name).read_text("utf-8"), re.M | re.S):
        if ".venv/" in block:
            assert block.startswith("make setup"), block


def test_every_command_is_in_both_readmes() -> None:
    for name in READMES:
        text = (ROOT / name).read_text("utf-8")
        assert [command for command in COMMANDS if f"`paperboy {command}" not in text] == []
