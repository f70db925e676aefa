"""Settlement through the city: gross by subject, netted only in the cash dispatch, paid and aged."""
