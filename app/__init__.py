"""Tendero: the shopkeeper's bot."""

__version__ = "0.1.0"
