"""The consultant's model: what domain notes say, and what a synthesis is to repeat of it. Pure."""
