"""Accounts: who may sign in, sign-ins and their ends, one-time tokens, signing keys."""
