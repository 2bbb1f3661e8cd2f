"""The product's values, ids and errors: what passes between all packages. Pure.

base         what every value is made of
chat         `Chat`: a reader, group or channel, and what each may choose
digest_spec  `DigestSpec`: what an audience wants of a day
errors       every error raised on purpose, sorted by who can act on it
feedback     what a reader says of a paper by a tap
options      what operators can set: kinds of values, checked
outcomes     who wins on a line of the results
paper_id     `PaperId`: a scheme and a key, and how each scheme is written, found and linked
progress     who watches a long piece of work
statements   the statements of a deep dive, each with the words of the paper it rests on
usage        what one call to a model took
values       what flows through a day: `Paper`, `ScoredPaper`, `Analysis`, `Digest`, `Edition`
"""
