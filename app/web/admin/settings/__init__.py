"""«Ajustes»: the business, its branches, keys, limits, team, backups and history."""
