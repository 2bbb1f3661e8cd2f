"""The bundled real days, and the loopback server that stands in for the services' transport.

offline     settings and pace where the services stand on this machine
playground  opens the bot and its small Telegram together, on the bundled days
replay      answers like Hugging Face and arXiv, from the bundled days

Everything above the transport (adapters, ranking, reading, store, report) is the production code.
"""
