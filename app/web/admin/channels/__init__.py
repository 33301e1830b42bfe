"""«Canales»: each way customers write by, and its keys."""
