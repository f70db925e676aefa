"""What prints figures; never a timed test."""
