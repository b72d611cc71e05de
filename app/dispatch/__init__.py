"""Dispatching: the board of open tickets beside who is on post, logging a call, what the desk owes."""
