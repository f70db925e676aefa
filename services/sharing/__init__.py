"""Sharing rules as commands and over HTTP: advice on fair division. It keeps nothing."""
