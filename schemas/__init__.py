"""What a contact sheet and the ID mapping file must be, as pandera schemas."""
