"""What is asked of an answer: why, why not, what if, what next, what differs."""
