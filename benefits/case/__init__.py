"""The case for buying from EÉS: benefits and figures that somebody picked, with every source."""
