"""What every command stands on: its context, options, how it prints, how it fails."""
