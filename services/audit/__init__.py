"""What an auditor looks for: ready-made checks over projects, agreements and money."""
