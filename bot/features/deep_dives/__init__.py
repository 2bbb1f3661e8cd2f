"""The reading room: a deep dive for whoever asks, at once, soon, or when the budget is back.

background_tasks  work that ends when the process is told to stop
feedback_buttons  the buttons to mark a paper
figures           the paper's main figure, sent or linked
focus_takeaways   the takeaway of a reader's own focus
limits            how many new readings are left today
messages          what is said while, before and instead of showing a dive
open_tracker      who opened what
page_cache        dives that are there already
promises          what was promised, with leases: kept by another process when one dies
questions         questions about one paper
request           who wants to read what, and for which focus
service           the room itself: what is asked for, promised and shown
wait_updates      what the planner says of a wait, brought to whoever tells the reader
"""

from bot.features.deep_dives.request import DeepDiveRequest, own_focus
from bot.features.deep_dives.service import DeepDiveService

__all__ = ["DeepDiveRequest", "DeepDiveService", "own_focus"]
