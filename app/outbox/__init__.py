"""Work without network: what a device keeps, what it sends later, and how each thing is taken once."""
