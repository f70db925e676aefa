"""Advice beside an agreed ratio: what published rules of fair division say, in exact fractions.

Every published agreement between counties has a fixed or a negotiated ratio; these rules bind nobody.
"""
