"""Each reader's own list of a day: the same candidates for everybody, chosen by each one's taste.

choosing      from a reader's ranking to a list
engine        the arithmetic, loaded at its first use: it brings numpy and scipy along
focus_groups  readers who want nearly the same, so that one model call serves them all
list_builder  all readers' lists of a day: from the store, through the engine, into the store
reasons       why a paper is in your list
values        what passes between the two halves
"""
