"""The rows behind each figure of an organization's report: what counts, out of what, what does not.

They are found as the report finds its figures, by the same query sets.
"""
