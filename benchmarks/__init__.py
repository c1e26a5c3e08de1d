"""What `make bench` measures; needs the tests' databases and the local Slack workspace."""
