"""A deep dive for whoever asks: at once, soon, or when the budget is back.

awaited_looks     messages that show a reading before its second look, edited afterwards
background_tasks  work that ends when the process is told to stop; what is said of its waits
figures           the paper's main figure, sent or linked
focus_takeaways   the takeaway for a reader's own focus
limits            how many new readings are left today
messages          what is said before, during and instead of a deep dive
open_tracker      who opened which paper
page_cache        deep dives that are there already, as pages
promises          what was promised: rows with leases, so that another process can keep it
questions         `/ask`: a question about one paper
request           who wants to read what, for which focus
service           `DeepDiveService`: open, turn pages, keep promises
"""

from bot.features.deep_dives.request import DeepDiveRequest, own_focus
from bot.features.deep_dives.service import DeepDiveService

__all__ = ["DeepDiveRequest", "DeepDiveService", "own_focus"]
