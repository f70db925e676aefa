"""Evidence: what was sealed can be shown to outsiders, and a change of it shows."""
