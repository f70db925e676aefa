"""Projects: registration, protection, the pool, hosts and their terms, the hold, and what follows signing."""
