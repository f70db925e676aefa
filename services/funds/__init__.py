"""What investors have paid in, by month and kind, with its evidence."""
