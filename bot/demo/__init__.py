"""The bundled real days, and the loopback server that stands in for the services' transport.

playground  the playground
replay      a loopback server that answers like Hugging Face and arXiv, from the bundled days

Everything above the transport (adapters, ranking, reading, store, report) is the production code.
"""
