"""How the tax of a project that moved is shared between the counties: pure rules, integer fen."""
