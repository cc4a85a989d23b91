"""Bring the ledger in line with a file: customers, then items, then what settled what.

Set-based from end to end: frames in, staged by COPY, written by a few statements.
"""
