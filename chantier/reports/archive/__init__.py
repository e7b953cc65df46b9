"""All the reports of a cycle in one file: made report by report, then packed together."""
