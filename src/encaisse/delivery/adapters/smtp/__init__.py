"""Mail through a server (RFC 5321), with the moment known after which it may hold a message."""
