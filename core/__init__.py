"""The digest: from sources to a report, in one direction; knows nothing of Telegram.

analyze/    a paper's text made a deep dive: by a model, checked, or by quoting the paper
digest/     a day's pipeline: gather, score, pick, read
documents/  where full texts are had, and the parsers that make each a `Document`
fetch/      the day's papers: a file a source, one protocol; and the one HTTP client
figures/    a paper's main figure: which it is, whether it may be passed on, its file
injection/  texts that speak to the model: found, and kept out of prompts
judge/      a model's scores: asked for, checked, kept apart from each other, stored
llm/        one question to a model: chain, planner of quotas, providers
locale/     every sentence a person reads, one catalogue a language
models/     values, ids and errors; no I/O
personal/   each reader's own list of a day
report/     a digest as Markdown and JSON; no I/O
sandbox/    work on strangers' texts, in processes that can be stopped
score/      the free local ranking that sees every paper; no I/O
store/      the database: the only place with SQL
text/       words, sentences, languages, links, the glossary; no I/O

Nothing here reads the environment, the clock or the working directory: they are arguments.
"""
