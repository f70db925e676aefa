"""Evidence files: kept whole, by hash, bound to what each proves."""
