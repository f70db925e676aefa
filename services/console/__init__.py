"""The web console: whole pages rendered on the server, which call the same services as the API."""
