"""The reading room: a deep dive for whoever asks, at once, soon, or when the budget is back.

room    the room itself: what is asked for, promised and shown
shelf   dives that are there already
limits  how many new readings are left today
line    what the planner says of a wait, brought to whoever tells the reader
words   what is said while, before and instead of showing a dive
"""

from bot.reading.room import ReadingRoom, Request

__all__ = ["ReadingRoom", "Request"]
