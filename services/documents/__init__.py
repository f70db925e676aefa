"""Papers: statements, agreements, confirmations and project cards as PDF (Typst) and as workbooks (xlsx)."""
