"""What columns of several of the ledger's tables must look like."""

MONTH_CODE = "^[0-9]{4}-(0[1-9]|1[0-2])$"
