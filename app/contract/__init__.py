"""The contract: what it says, when it takes effect, and the rules it gives to the clocks."""
