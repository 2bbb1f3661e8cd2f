"""The process and its outer surface: settings, command line, Telegram.

app               the only root: opens everything and hands each what it uses
chains            the models of the settings as chains, and the one planner in front of them
cli/              the command line: `paperboy COMMAND`
commands/         what the bot answers to: a file a command
daily/            the morning's steps
delivery/         from "who is owed what" to "sent", through the ledger
demo/             the bundled real days, served on loopback to the production code
features/         what people can have done: decisions and calls to the store
logs              structured logs, without secrets and without naming a person
outbound          how the process reaches the outside, by the settings
playground/       a small Telegram on loopback, with a chat page
process/          the running bot: receiving, repeating the daily steps, ending in order
render/           values as the messages a chat shows; no I/O
settings          the only reader of the environment
telegram/         the edge to Telegram
unknown_settings  variables nobody reads
"""
