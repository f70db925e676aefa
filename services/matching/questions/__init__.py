"""Questions on a stored run: would a park win if, what does an override cost, what does a scenario change."""
