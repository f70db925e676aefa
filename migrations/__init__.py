"""The schema's history, one revision a slice; a package, so that a wheel finds it."""
