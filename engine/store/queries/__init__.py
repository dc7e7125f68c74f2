"""What is asked of the database in SQL, by noun; whoever asks names what is wanted, and never writes SQL itself."""
