"""Other forms of a report than its page and its PDF; all made from its content alone."""
