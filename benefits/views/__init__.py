"""Pages of the inventory, of the directory, of purchases and of what they brought."""
