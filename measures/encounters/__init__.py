"""Barriers that organizations met: what they say of them, and what may be told of all together."""
