"""SWIFT MT940 (statements) and MT942 (interim reports), in the dialects of the banks."""
