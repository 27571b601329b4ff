"""Tables that have no chart: a released result in, Exhibits without a figure out."""
