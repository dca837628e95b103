"""An HTTP proxy that knows CONNECT alone and remembers what it was asked for."""

import contextlib
import socket
import threading


def port_asked_for(target):
    """Every name is this machine."""
    return int(target.rsplit(":", 1)[1])


class Tunnels:
    """`to`: the port of this machine that a target "host:port" leads to, None for nowhere."""

    def __init__(self, user="", to=port_asked_for):
        self.asked = []  # heads of requests
        self.to = to
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://{user}{'@' if user else ''}127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def targets(self):
        return {head.split()[1] for head in list(self.asked)}

    def _accept(self):
        with contextlib.suppress(OSError):  # closed
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        head = b""
        while b"\r\n\r\n" not in head:
            piece = client.recv(4096)
            if not piece:
                return
            head += piece
        self.asked.append(head.decode(errors="backslashreplace"))
        port = self.to(head.split()[1].decode(errors="backslashreplace"))
        if port is None:
            with client:
                client.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            return
        with contextlib.suppress(OSError), client, socket.create_connection(("127.0.0.1", port)) as server:
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=self._pass_on, args=(server, client), daemon=True)
            back.start()
            self._pass_on(client, server)
            back.join()

    @staticmethod
    def _pass_on(source, target):
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                target.sendall(piece)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def close(self):
        self.listener.close()
