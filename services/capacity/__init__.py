"""Capacity of parks: what there is, what is offered, held and used elsewhere, and what is free."""
