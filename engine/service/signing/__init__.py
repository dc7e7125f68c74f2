"""Links by which units sign for what they owe."""
