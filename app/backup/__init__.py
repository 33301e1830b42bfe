"""Backups: one zip of the whole shop, and the way back from it."""
