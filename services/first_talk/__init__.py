"""First negotiation: protection that ends, cases between counties, rulings and precedents."""
