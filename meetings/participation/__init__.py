"""Participation in meetings: its rate, the page of it, and its table."""
