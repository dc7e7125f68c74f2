"""Everything that is kept, on SQLite or PostgreSQL; the only importer of sqlmodel."""
