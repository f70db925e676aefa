"""Evidence on the command line: checking a bundle without a database."""
