"""One's own account: signing in and out, the password, and where one is signed in."""
