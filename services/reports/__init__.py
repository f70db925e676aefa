"""What a month, a quarter and a year say of a city and its counties, and how it stays."""
