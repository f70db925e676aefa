"""Receipts, what they entitle to, the books, and the statements that counties confirm."""
