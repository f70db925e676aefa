"""Projects by stage as a city's offices name them, with who enters and who leaves."""
