"""The command line: each command's name and options; a file each does the work.

budgets          the day's budgets, at one glance
costs            model calls and what they cost
demo             paperboy demo
digest           paperboy digest
digest_summary   a digest as the terminal shows it
doctor           paperboy doctor: every check, and the table
doctor_findings  what a check found, and what to do
doctor_models    the doctor's look at the models
doctor_telegram  the doctor's look at Telegram
files            report files: checked before the work, written whole or not at all
input_lines      lines of a file that somebody names, read within bounds
paper            paperboy paper
progress         bars on a terminal, plain lines elsewhere
push             paperboy push
rank             paperboy rank
run              paperboy run
running          what every command does around its work: settings, days, the event loop
stats            paperboy stats

This file stays light (typer only): `--help` must answer at once.
"""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup


class _WholeSentences(TyperGroup):
    """Lists the commands with all that is said of them, folded and not cut off."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # click's, which typer hides
        rows = [(name, self.commands[name].help or "") for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


app = typer.Typer(
    cls=_WholeSentences,
    name="paperboy",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Date = Annotated[
    str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="The day; default: today.")
]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Default: $DATA_DIR/digests.")
]


def _version(is_wanted: bool) -> None:
    if is_wanted:
        from importlib.metadata import version

        typer.echo(f"paperboy {version('paperboy')}")
        raise typer.Exit


@app.callback()
def _main(
    _is_version_wanted: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print it and exit."),
    ] = False,
) -> None:
    """论文日报: the few papers worth a computer-vision researcher's morning."""


@app.command()
def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Print the bundled day's digest and exit.")
    ] = False,
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, metavar="N", help="Of the chat page.")
    ] = 8765,
    out: Out = None,
) -> None:
    """Talk to the real bot in your browser, on bundled real days: no keys, no network."""
    from bot.cli.demo import run

    run(once=once, port=port, out=out)


@app.command()
def run() -> None:
    """Serve the bot on Telegram until told to stop: the morning's post, and answers."""
    from bot.cli.run import run

    run()


@app.command()
def push(date: Date = None) -> None:
    """Deliver a day's digest to channels and subscribers who are due; safe to run again."""
    from bot.cli.push import run

    run(date=date)


@app.command()
def digest(
    date: Date = None,
    out: Out = None,
    force: Annotated[
        bool, typer.Option("--force", help="Choose anew although the day's digest exists.")
    ] = False,
) -> None:
    """Fetch, score and read a day's papers; write DIR/YYYY-MM-DD.md and .json."""
    from bot.cli.digest import run

    run(date=date, out=out, force=force)


@app.command()
def paper(
    paper_id: Annotated[
        str, typer.Argument(metavar="ID", help="arXiv id or link, DOI, Hugging Face paper link.")
    ],
) -> None:
    """Print one paper's deep dive as Markdown."""
    from bot.cli.paper import run

    run(paper_id)


@app.command()
def rank(
    papers: Annotated[
        Path,
        typer.Argument(
            metavar="PAPERS.jsonl[.gz]", help="One paper a line: id, title, abstract, date."
        ),
    ],
    focus: Annotated[str, typer.Option("--focus", help="What you are interested in.")],
    likes: Annotated[
        Path | None, typer.Option("--likes", metavar="FILE", help="Ids you like, one a line.")
    ] = None,
    dislikes: Annotated[
        Path | None, typer.Option("--dislikes", metavar="FILE", help="Ids you do not, likewise.")
    ] = None,
) -> None:
    """Score any file of papers with the local ranker; print id<TAB>score, best first."""
    from bot.cli.rank import run

    run(papers, focus=focus, likes=likes, dislikes=dislikes)


@app.command()
def doctor() -> None:
    """Check settings and every outside service: ok, degraded or broken, and what to do."""
    from bot.cli.doctor import run

    run()


@app.command()
def stats() -> None:
    """Show what was fetched, scored and read, what it cost, and what failed."""
    from bot.cli.stats import run

    run()
