"""The directory as it is read: its filters, its regions, its page of rows."""
