"""Which problems first, scored how, by whom, and how sure the order is.

`formula` computes and ranks, `methods` holds the methods of the field as data, `combining` brings judges together,
`agreement` says how far they agree, `robustness` how far the order depends on weights and judges, `opinions` are
second opinions, `gaps` scores from indicators, `places` which villages. Arrays in, arrays out; no words, no drawing.
"""
