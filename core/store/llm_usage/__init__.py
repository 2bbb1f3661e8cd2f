"""Repositories of calls to models: what was asked, and what may be asked.

calls           every model call as a fact, written before it is made
usage_snapshot  what is known of a model right now, and of its quotas
"""
