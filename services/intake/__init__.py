"""Before a lead: target firms, contacts, the public's own offers."""
