"""«Pruebas»: talking to the agent without consequence, and why it said what it said."""
