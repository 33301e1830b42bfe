"""Conversation tests an owner can read and write (CONTRACT 6)."""
