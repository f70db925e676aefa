"""Who may do what: tokens, passwords, roles, scopes and policy. Stores nothing and knows no table."""
