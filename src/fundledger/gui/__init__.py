"""The Qt shell: windows, one table model, one tasks file."""
