"""Files that can be handed in: one writer for Excel, one for Word. What they say comes from the slices."""
