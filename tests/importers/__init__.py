"""Files of other programs, read: held to what those programs say of them."""
