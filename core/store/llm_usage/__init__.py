"""Repositories of calls to models: what was asked, and what may be asked.

calls           every model call as a fact, written before it is made
quotas          what providers taught us about their quotas
usage_snapshot  one model's calls so far, read inside the asking transaction
"""
