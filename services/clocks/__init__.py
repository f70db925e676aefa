"""Clocks: what runs on each lead, who is late, who hoards, and to whom it is brought."""
