"""Assessment credit: provisional on the day, final by the yearly confirmation, never booked as statistics."""
