"""«Analítica»: how the shop did, drawn and told, and its log."""
