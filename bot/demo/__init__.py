"""The bundled real days, and the loopback server that stands in for the services' transport.

Everything above the transport (adapters, ranking, reading, store, report) is the production code.
"""
