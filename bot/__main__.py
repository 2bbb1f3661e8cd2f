"""`python -m bot COMMAND`: the same as the console script `paperboy COMMAND`.

Only light modules are imported here and in `bot.cli`: each command imports what it needs when it
runs, so that `--help` answers at once.
"""

import gc
import io
import sys

from bot.cli import app
from core.models.errors import ConfigError, PaperboyError, UsageError

USAGE_EXIT = 2
LOADING = 10_000
"""New objects between two looks for garbage. At Python's 700 a tenth of a start goes to looking
through modules, of which nothing is garbage."""


def main() -> None:
    """Run a command. Exit 0: done (also when degraded); 2: wrong use or settings; 1: anything else.

    Bugs are not caught: their traceback is what a report needs, and the log's hook prints it
    without secrets.
    """
    gc.set_threshold(LOADING)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows no emoji is no error
    try:
        app()
    except (UsageError, ConfigError) as error:
        lines = str(error).split("\n")
        said = lines[0] if len(lines) == 1 else "\n  ".join(["these settings are wrong:", *lines])
        sys.stderr.write(f"paperboy: {said}\n")
        sys.exit(USAGE_EXIT)
    except PaperboyError as error:
        sys.stderr.write(f"paperboy: {error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
