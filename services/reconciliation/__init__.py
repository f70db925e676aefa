"""Both sides' figures compared: what each county states, where they differ, the quarter's 对账单."""
