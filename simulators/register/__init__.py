"""A stand-in for the Estonian Commercial Register that speaks its real formats over real HTTP."""
