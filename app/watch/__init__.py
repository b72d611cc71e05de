"""The watch: jobs that run by the clock, who runs them, and what people are told (section 3, O3, C14)."""
