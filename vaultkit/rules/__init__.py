"""What is wrong in a vault: one function for each rule, all in one list."""
