"""Commands and lists that several nouns have."""
