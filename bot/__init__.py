"""The process and its outer surface: settings, command line, and (later) Telegram.

app               composition root
chains            the models, and the one planner in front of them
cli/              the command line
commands/         what the bot answers to
daily/            the morning
delivery/         from "who is owed what" to "sent", through the ledger
demo/             the bundled real days, served on loopback through the production code
features/         what readers and administrators can have done
logs              structured logs without secrets
outbound          how the process reaches the outside, by the settings
playground/       a small Telegram on loopback
process/          the bot process
render/           what a chat shows, made from values
settings          the only reader of the environment
telegram/         the edge to Telegram
unknown_settings  variables nobody reads
"""
