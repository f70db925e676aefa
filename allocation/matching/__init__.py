"""Who should host which lead: a pure matcher. Pool in, placements with proof and reasons out.

The road of a pool is `eligibility` and `scoring` → `compile` → `exact` → `verify` → `explain`; `solve` walks
it.
"""
