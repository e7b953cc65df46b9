"""What organizations observed: noted, quoted or not, verified, and told of all together."""
