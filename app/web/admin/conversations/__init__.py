"""«Conversaciones»: who writes, what the shop knows of them, and what it writes to them."""
