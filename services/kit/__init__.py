"""What every slice stands on: tables, errors, the database, the clock, events."""
