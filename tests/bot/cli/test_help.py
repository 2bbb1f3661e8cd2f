"""--help and --version: whole sentences at any width, on a terminal or into a pipe."""

from importlib.metadata import version

import pytest
import typer
from typer.testing import CliRunner

from bot.cli import app

COMMANDS = typer.main.get_group(app).commands


@pytest.mark.parametrize("columns", ["40", "60", "80", ""])
def test_help_is_not_cut_off(monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    whole = CliRunner().invoke(app, ["--help"]).output
    assert "..." not in whole.replace("[ARGS]...", "")
    for name, command in COMMANDS.items():
        assert " ".join((command.help or "?").split()) in " ".join(whole.split())
        said = CliRunner().invoke(app, [name, "--help"])
        assert said.exit_code == 0
        assert "..." not in said.output
        for parameter in command.params:
            assert all(option in said.output for option in parameter.opts if option[0] == "-")


def test_the_version_is_the_packages() -> None:
    said = CliRunner().invoke(app, ["--version"])
    assert (said.exit_code, said.output) == (0, f"paperboy {version('paperboy')}\n")
