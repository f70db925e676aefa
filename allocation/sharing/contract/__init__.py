"""Any benefit-sharing agreement as data: its clauses, what follows from them, and their words."""
