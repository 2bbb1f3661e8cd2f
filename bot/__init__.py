"""The process and its outer surface: settings, command line, and (later) Telegram.

__main__  cli/      `python -m bot COMMAND`, the same as `paperboy COMMAND`
settings            the only reader of the environment
app                 composition root: opens everything, knows everything
logs                structured logs without secrets
demo/               the bundled real days, served on loopback through the production code
"""
