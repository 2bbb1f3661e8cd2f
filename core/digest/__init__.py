"""A day on one screen: gathered, scored, picked, read.

baseline  what the last month's papers usually score for a focus
builder   a day's digest, from sources to Edition, in one direction and on one screen
gather    from sources to a day's candidates
pick      which papers a model is asked about, and which are shown
read      the readings of a digest
score     scores for a day's candidates
"""
