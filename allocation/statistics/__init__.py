"""Figures of a city's reports: pure, exact, and each a count of rows that can be counted again."""
