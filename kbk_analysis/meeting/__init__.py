"""What a meeting had before it and what it left behind: attendance, decisions, commitments old and new.

`inputs` reads the tables, `followup` says how commitments stand on a day, `record` puts one meeting together. Frames
in, one frozen result out; no words, no drawing.
"""
