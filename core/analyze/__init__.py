"""Reading a paper: from its text to the four sections of a deep dive."""
