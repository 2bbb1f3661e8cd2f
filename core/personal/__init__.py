"""Each reader's own list of a day: the same candidates for everybody, chosen by each one's taste.

choosing      from a reader's ranking to a list
engine        the arithmetic of own lists, loaded at first use since it needs numpy and scipy
focus_groups  readers who want nearly the same, so that one model call serves them all
list_builder  all readers' lists of a day, from the store and back into it
values        what passes between the engine and the rest
"""
