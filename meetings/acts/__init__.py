"""What is written of meetings: one module for each topic."""
