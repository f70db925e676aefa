"""What a lead may bring its county over five years: passed on, kept, or lost outside the city.

A calculation before anything is agreed: expected tax becomes hypothetical receipts, one a year and tax, and
the engine that settles real agreements works out what is due on them. Credit of the assessment stands before
money, for it counts this year. All figures are whole fen; nothing here is promised.
"""
