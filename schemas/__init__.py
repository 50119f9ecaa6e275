"""What a contact sheet and the ID mapping file must look like, as pandera schemas."""
