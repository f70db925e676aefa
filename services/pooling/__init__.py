"""What keeps the pool honest: limits, visits, joint meetings, leads that no county can host."""
