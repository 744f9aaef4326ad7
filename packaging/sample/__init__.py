"""Makes the plainly invented sample foundation: a year of two banks, its papers and its treasurer's decisions."""
