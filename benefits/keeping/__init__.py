"""The directory for those who keep it: its forms, near names, duplicates, imports."""
