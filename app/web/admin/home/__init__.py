"""«Inicio»: what is missing until the shop is open, then the day."""
