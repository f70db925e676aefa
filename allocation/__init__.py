"""Who gets what: pure rules. No I/O, no clock, no randomness, no SQL."""
