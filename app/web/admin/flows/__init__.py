"""«Flujos y respuestas»: what is always answered alike, the shop's hours and zones, its voice, its guided conversations."""
