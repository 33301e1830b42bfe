"""Documents of `data/docs/`: read apart (`extract`), cut into passages, kept, made into entries, quoted.

`extract`, `pdf`, `lines` and `passages` run in a reading process (`core/apart.py`) and import nothing heavy.
"""
