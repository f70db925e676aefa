"""The moves of a project's life, as the services of each phase."""
