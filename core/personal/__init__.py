"""Each reader's own list of a day: the same candidates for everybody, chosen by each one's taste.

values     what passes between the two halves
maker      all readers' lists of a day: from the store, through the engine, into the store
engine     the arithmetic, loaded at its first use: it brings numpy and scipy along
circles    readers who want nearly the same, so that one model call serves them all
choosing   from a reader's ranking to a list
reasons    why a paper is in your list
"""
