"""A name server on loopback that knows a few names, for a program that should find them by DNS and by nothing else."""

import socket
import struct
import threading


class NameServer:
    """Answers A queries; AAAA with nothing; other names do not exist. Port 53 of an address that nobody else has: resolvers ask no other port."""

    def __init__(self, addresses, address="127.0.99.53"):
        self.addresses, self.address = addresses, address
        self.asked = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 53))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                query, sender = self.socket.recvfrom(512)
                self.socket.sendto(self._answer(query), sender)
            except OSError:
                return

    def _answer(self, query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1 : at + 1 + query[at]].decode())
            at += query[at] + 1
        name, end = ".".join(labels), at + 5
        kind = struct.unpack("!H", query[at + 1 : at + 3])[0]
        self.asked.append(name)
        address = self.addresses.get(name.lower())
        records = b""
        if address and kind == 1:
            records = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 5, 4) + socket.inet_aton(address)
        flags = 0x8180 if address else 0x8183
        return query[:2] + struct.pack("!HHHHH", flags, 1, 1 if records else 0, 0, 0) + query[12:end] + records

    def close(self):
        self.socket.close()
