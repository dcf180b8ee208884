"""Measurements, run by hand: never part of the tests, never an assertion on absolute times."""
