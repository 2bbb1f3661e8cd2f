"""The only root: opens everything, hands each what it uses, and is all that knows everything.

bot   all of it: what `run` serves, `push` delivers with and `demo` shows
core  what works without Telegram: `digest`, `paper`, `stats`, `doctor`

Nothing below imports it. The demo and the tests build through it and replace only the ends.
"""
