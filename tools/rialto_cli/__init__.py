"""The front door of Rialto for people: up, down, status, logs, test, replay, verify."""
