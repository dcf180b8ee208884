"""The repository that a vault lies in: what git has staged, the hooks, the merge driver."""
