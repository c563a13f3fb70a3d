"""Drop-in twins of other libraries' functions: their signatures and results, our speed."""
