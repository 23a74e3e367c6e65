"""What each database product needs to keep the same promises: one writer at a time, one view to read."""
