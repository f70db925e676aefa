"""Approval as offices run it: agree, return, add signers, withdraw, copy, act for another."""
