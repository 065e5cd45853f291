"""Mail: what waits in the outbox, who is told of what, how it is written and delivered."""
