"""From signing to full production: steps, what blocks them, and who answers for them."""
