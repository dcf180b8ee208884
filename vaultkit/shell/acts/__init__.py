"""What a person asks of one note in an editor, planned: nothing here writes."""
