"""Two sides of the same tax: what files say they hold, what both counties and the treasury report."""
