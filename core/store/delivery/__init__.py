"""Repositories of sending: the ledger, and how long Telegram told us to wait.

deliveries     the ledger
telegram_bans  how long Telegram told us to wait, remembered across restarts
"""
