"""Scope and entry rules as dated data, answered with the measured value."""
