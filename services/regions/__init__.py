"""Counties, parks, plots, halls, chains, level shares, targets and the city's dated settings."""
