"""The command-line shell: the same verbs as the window, for scripts, checks and auditors."""
