"""What must be on record before a match is approved."""
