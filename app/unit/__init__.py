"""What a unit gets for the contract, as its contact sees it: a month's figures, promises, open questions."""
