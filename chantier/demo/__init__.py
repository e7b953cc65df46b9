"""The demonstration: fictional members, and a year of believable records. Development only.

Everything here can be repeated: what exists is left as it is, so that a second run changes
nothing and what somebody tried in the demonstration stays.
"""
