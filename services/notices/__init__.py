"""What people are told of, and by what way it reaches them."""
