"""One module a step; tables of the journal are only ever added to, never rebuilt."""
