"""Loopback doubles of outside services, for end-to-end tests."""
