"""Kampung KB report toolkit."""
