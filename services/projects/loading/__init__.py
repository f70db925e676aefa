"""Bulk loading of projects and of what stands beside them."""
