"""Repositories of calls to models: what was asked, and what may be asked.

calls           every model call as a fact
quotas          what the provider taught us about its quotas
usage_snapshot  what the ledger says of one model right now, read inside whoever's transaction
"""
