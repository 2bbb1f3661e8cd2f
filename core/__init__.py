"""The digest: from sources to a report, in one direction; knows nothing of Telegram.

analyze/    a Document -> Analysis, by a model or by extraction
digest/     the pipeline on one screen: gathering, scoring, reading
documents/  full texts, and the parsers that make them a Document
fetch/      the day's papers: one file per source, one protocol
figures/    a paper's main figure: which it is, and whether it may be passed on
injection/  texts that speak to the model: found and kept out
judge/      a model's scores: asked for, checked, isolated, stored
llm/        one question to a model: chain, quota planner, providers
locale/     every sentence a person reads, one catalogue a language; no I/O but reading those
models/     values, ids and errors; no I/O
personal/   readers' own lists
report/     Digest -> Markdown and JSON; no I/O
sandbox/    work on strangers' texts, in processes that can be stopped
score/      the free local ranking that sees every paper
store/      the only place with SQL
text/       words, sentences, languages, links, the glossary

Nothing here reads the environment, the clock or the working directory: they are arguments.
"""
