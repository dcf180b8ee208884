"""What can stand where a person types, and what is told of it."""
