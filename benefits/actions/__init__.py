"""Writes of the directory, of purchases and of what they brought: each one transaction."""
