"""What a client gets: a note and its mission as one clean document, without a word of the workshop. Pure."""
