"""The process and its outer surface: settings, command line, and (later) Telegram.

__main__  cli/      `python -m bot COMMAND`, the same as `paperboy COMMAND`
settings            the only reader of the environment
app  chains         composition root: opens everything, knows everything; the models' part
outside             how the process reaches the outside, by the settings
alerts  times       what the operator must know and do, in words
logs                structured logs without secrets
demo/               the bundled real days, served on loopback through the production code
"""
