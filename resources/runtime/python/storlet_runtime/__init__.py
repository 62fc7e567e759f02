"""What runs inside a sandbox for Python storlets: agent, daemon and the file objects. Standard library only, Python 3.7 and later."""
