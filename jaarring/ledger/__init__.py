"""What is due, done, superseded and held; the event log; the outbox."""
