"""Fair competition: which clauses of a promise may not be, whom they favour, and the article that says so."""
