"""Answers questions about the book as plain values, per audience."""
