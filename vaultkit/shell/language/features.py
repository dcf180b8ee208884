"""Every request of an editor, and the function that answers it: all are read here, top to bottom.

Each takes the workspace and the parameters of the request as lsprotocol types them, returns the result so too, and
changes nothing. The same functions answer in the daemon and in a server that is on its own.
"""
