"""The steps from one schema to the next; a step that was published is never changed."""
