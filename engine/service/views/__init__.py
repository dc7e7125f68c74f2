"""The reading side: from rows to plain values that are printed as a table or as JSON.

A view takes an opened campaign (or a unit of work), reads set-wise and writes nothing. Days are ISO
text; instants are local time with their offset; numbers of rows are the short ones people type.
"""
