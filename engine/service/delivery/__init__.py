"""Messages on their way: claimed, limited, carried, and who carries them."""
