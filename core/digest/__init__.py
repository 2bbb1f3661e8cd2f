"""A day's pipeline: gathered, scored, picked, read. Start with `builder`.

baseline  what the last month's papers usually score for a focus
builder   a day's digest from sources to `Edition`, on one screen
gather    which days the sources are asked for, and what is still unshown of what came
pick      the shortlist for the model, and the picks for the readers
read      the deep dives of a digest: made with it, or later when budget is back
score     a local score for every candidate, a model's for the shortlist
"""
