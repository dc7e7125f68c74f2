"""What is read here, as plain values."""
