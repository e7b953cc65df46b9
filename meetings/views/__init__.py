"""The pages of meetings, by topic."""
