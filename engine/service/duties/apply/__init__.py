"""What records do here."""
