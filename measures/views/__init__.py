"""Pages of the guide, the tool box and the register."""
