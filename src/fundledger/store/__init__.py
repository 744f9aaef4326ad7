"""Keeps the book in one encrypted SQLite database and guards it."""
