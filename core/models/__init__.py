"""The product's values, ids and errors: what passes between the rooms. Pure.

base         what every value is made of
chat         a member of the audience, and what it may choose
digest_spec  what an audience wants of a day, from the settings down to who scores
errors       every error this project raises on purpose, sorted by who can do something about it
feedback     taps on papers
paper_id     one paper, one identity
progress     who watches a long piece of work
statements   the statements of a deep dive, each with the words of the paper it rests on
usage        what one call to a model took
values       the values that flow through a day
"""
