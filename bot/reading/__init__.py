"""The reading room: a deep dive for whoever asks, at once, soon, or when the budget is back.

room    the room itself: what is asked for, promised and shown
promises what was promised, with leases: kept by another process when one dies
questions /ask: a question about one paper
request who wants to read what, and for which focus
own     the takeaway of a reader's own focus
shelf   dives that are there already
closing work that ends when the process is told to stop
limits  how many new readings are left today
line    what the planner says of a wait, brought to whoever tells the reader
opened  who opened what
figures the paper's main figure, sent or linked
taps    the buttons to mark a paper
words   what is said while, before and instead of showing a dive
"""

from bot.reading.request import Request, own_focus
from bot.reading.room import ReadingRoom

__all__ = ["ReadingRoom", "Request", "own_focus"]
