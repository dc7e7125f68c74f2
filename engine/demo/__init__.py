"""The demonstration: a whole campaign under a stepped clock, its people played by a seeded script."""
