"""A proxy that ends TLS, hands each exchange to a test, and does to it what the test says.

Two stand in a run of these tests: one between the operator and the API server, one between the operator and Azure. Both tell the
same `Tamper`, so that a test can count over both. Everything happens in one thread of its own; a Tamper is called in it and must
not block.
"""

import asyncio
import contextlib
import dataclasses
import functools
import itertools
import re
import ssl
import threading
import time
import urllib.parse

LIMIT = 512 * 1024 * 1024  # of one line of a watch stream: a test may make a very long one
PIECE = 256 * 1024
MUTATING = ("POST", "PUT", "PATCH", "DELETE")


@dataclasses.dataclass(eq=False)
class Exchange:
    """One request and what came of it."""

    number: int
    side: str  # "kubernetes" or "azure"
    method: str
    target: str
    headers: list
    body: bytes
    began: float
    status: int = 0  # 0: not answered
    answer: bytes = b""  # the whole body; empty for a stream
    ended: float = 0.0

    @property
    def path(self):
        return self.target.partition("?")[0]

    @property
    def query(self):
        return dict(urllib.parse.parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    @property
    def is_watch(self):
        return self.side == "kubernetes" and self.method == "GET" and self.query.get("watch") in ("true", "1")

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclasses.dataclass
class Answer:
    """What a Tamper sends in place of the server."""

    status: int
    body: bytes
    content_type: str = "application/json"


class Cut(Exception):
    """Raised by a Tamper: the client's connection ends here. `after`: these bytes are still sent. `silently`: without FIN, the
    socket stays open and nothing comes any more, as when a machine on the way lost power; until `Proxy.let_go`. `orderly`: a watch
    stream ends as HTTP ends it, as if that were all."""

    def __init__(self, after=b"", silently=False, orderly=False):
        super().__init__("cut")
        self.after, self.silently, self.orderly = after, silently, orderly


class Tamper:
    """Passes everything on. A test overrides what it needs; each may raise Cut."""

    def before(self, exchange):
        """Nothing was forwarded yet. An Answer is sent in place of the server's; anything else: it is forwarded."""

    def after(self, exchange):
        """The server answered (exchange.status, exchange.answer), the client does not know. An Answer is sent instead."""

    def sent(self, exchange):
        """The client was sent the whole answer."""

    def lines(self, exchange, line):
        """One line of a watch stream, with its end of line: what is sent in its place, as a list of bytes."""
        return [line]

    def began(self, exchange):
        """A watch stream begins: its head was sent. Lines to send at once."""
        return []


def kept(headers):
    """As text, without those that say how long a body is: the proxy says that itself."""
    return "".join(f"{key}: {value}\r\n" for key, value in headers if key.lower() not in ("transfer-encoding", "content-length"))


class Proxy:
    """Forwards to servers on this machine. `certificate`: PEM files (certificate, key); `ca_file`: who signed the servers';
    `ports`: for each port of a server the port that stands for it. Where a server tells its own address, its client reads the
    proxy's, and the other way round."""

    numbers = itertools.count(1)  # over all proxies: the order in which requests came

    def __init__(self, side, certificate, ca_file, upstream_ports, tamper=None):
        self.side, self.tamper, self.ports = side, tamper or Tamper(), dict.fromkeys(upstream_ports)
        self.exchanges = []  # in the order of their numbers; appended to by the proxy's thread
        self._server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._server_side.load_cert_chain(*certificate)
        self._client_side = ssl.create_default_context(cafile=ca_file)
        self._client_side.check_hostname = False  # it is reached by its address, whatever it is called
        self._let_go, self._refusing = None, set()  # ports of servers
        self._servers = []
        self._connections, self._streams = {}, set()  # the writers of those to clients; of connections with the port of the server
        self._loop = asyncio.new_event_loop()
        started = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(started,), name=f"proxy-{side}", daemon=True)
        self._thread.start()
        assert started.wait(30), "the proxy did not start"

    def _run(self, started):
        asyncio.set_event_loop(self._loop)

        async def start():
            self._let_go = asyncio.Event()
            for upstream in self.ports:
                serve = functools.partial(self._serve, upstream)
                server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=self._server_side, limit=LIMIT)
                self.ports[upstream] = server.sockets[0].getsockname()[1]
                self._servers.append(server)
            started.set()

        self._loop.run_until_complete(start())
        self._loop.run_forever()

    def _call(self, work):
        """Runs something in the proxy's thread and waits for it."""
        done = threading.Event()

        def run():
            work()
            done.set()

        self._loop.call_soon_threadsafe(run)
        assert done.wait(30), "the proxy does not answer"

    def let_go(self):
        """Ends what was cut silently so far."""
        def go():
            self._let_go.set()
            self._let_go = asyncio.Event()

        self._call(go)

    def end_streams(self):
        """Closes every watch stream that runs now."""
        self._call(lambda: [writer.transport.abort() for writer in list(self._streams)])

    def refuse(self, refused=True, ports=None):
        """As if nobody listened: connections are closed as soon as they are made, and those that are there end. `ports`: of the
        servers that this is about; all without it."""
        ports = set(ports or self.ports)

        def turn():
            self._refusing = self._refusing | ports if refused else self._refusing - ports
            if refused:
                for writer in [writer for writer, port in self._connections.items() if port in ports]:
                    writer.transport.abort()

        self._call(turn)

    def close(self):
        async def stop():
            self._let_go.set()
            for server in self._servers:
                server.close()
            for writer in list(self._connections):
                writer.transport.abort()
            await asyncio.sleep(0)
            self._loop.stop()

        asyncio.run_coroutine_threadsafe(stop(), self._loop)
        self._thread.join(30)

    # -- one connection ----------------------------------------------------------------------------------------------

    async def _serve(self, upstream_port, reader, writer):
        if upstream_port in self._refusing:
            writer.transport.abort()
            return
        upstream = None
        self._connections[writer] = upstream_port
        try:
            while (exchange := await self._request(reader)) is not None:
                if upstream is None:
                    upstream = await asyncio.open_connection("127.0.0.1", upstream_port, ssl=self._client_side, limit=LIMIT)
                if not await self._exchange(exchange, upstream, reader, writer):
                    return
        except Cut as cut:
            if cut.after:
                writer.write(cut.after)
                await self._flushed(writer)
            if cut.silently:
                await self._let_go.wait()
            if cut.orderly:
                with contextlib.suppress(OSError, asyncio.TimeoutError):
                    await asyncio.wait_for(reader.read(1), 5)  # what is on its way arrives before the connection ends
        except (OSError, asyncio.IncompleteReadError, ssl.SSLError):
            pass  # one of the two sides went away
        finally:
            self._connections.pop(writer, None)
            for end in (writer, upstream and upstream[1]):
                if end:
                    end.transport.abort()

    async def _request(self, reader):
        """The next one, or None when the client closed the connection."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return None
        first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines]
        body = await self._body(reader, dict((key.lower(), value) for key, value in headers))
        exchange = Exchange(next(Proxy.numbers), self.side, method, target, headers, body, time.monotonic())
        self.exchanges.append(exchange)
        return exchange

    @staticmethod
    async def _body(reader, headers, until_close=False):
        if "chunked" in headers.get("transfer-encoding", "").lower():
            parts = []
            while (chunk := await Proxy._chunk(reader)) is not None:
                parts.append(chunk)
            return b"".join(parts)
        if "content-length" in headers:
            return await reader.readexactly(int(headers["content-length"]))
        return await reader.read(-1) if until_close else b""

    @staticmethod
    async def _chunk(reader):
        """None at the last one."""
        size = int((await reader.readline()).partition(b";")[0] or b"0", 16)
        data = await reader.readexactly(size)
        await reader.readline()
        return data if size else None

    def _translated(self, data, ports):
        """With the addresses of one side in place of the other's; `ports`: from, to."""
        found = re.compile(rb"(127\.0\.0\.1(?::|%3[Aa]))(\d+)")
        return found.sub(lambda at: at[1] + str(ports.get(int(at[2]), int(at[2]))).encode(), data)

    def _for_server(self, data):
        return self._translated(data, {local: upstream for upstream, local in self.ports.items()})

    def _for_client(self, data):
        return self._translated(data, self.ports)

    @staticmethod
    async def _flushed(writer):
        with contextlib.suppress(OSError):
            await writer.drain()

    async def _exchange(self, exchange, upstream, client, writer):
        """Whether the connection can be used again."""
        answer = self.tamper.before(exchange)
        if not answer:
            reader, up = upstream
            body = self._for_server(exchange.body)
            length = f"Content-Length: {len(body)}\r\n" if body or exchange.method in MUTATING else ""
            head = f"{exchange.method} {exchange.target} HTTP/1.1\r\n{kept(exchange.headers)}{length}\r\n"
            up.write(self._for_server(head.encode("latin-1")) + body)
            await up.drain()
            first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").rstrip("\r\n").split("\r\n")
            exchange.status = int(first.split(" ")[1])
            headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines]
            by_name = dict((key.lower(), value) for key, value in headers)
            if exchange.is_watch and exchange.status == 200:
                await self._stream(exchange, upstream, client, writer, first, headers)
                return False
            bodiless = exchange.method == "HEAD" or exchange.status in (204, 304)
            exchange.answer = b"" if bodiless else await self._body(reader, by_name, until_close=True)
            answer = self.tamper.after(exchange)
            if not answer:
                body = self._for_client(exchange.answer)
                head = f"{first}\r\n{kept(headers)}Content-Length: {len(body)}\r\n\r\n"
                writer.write(self._for_client(head.encode("latin-1")) + body)
        if answer:
            exchange.status = answer.status
            writer.write(f"HTTP/1.1 {answer.status} Tampered\r\nContent-Type: {answer.content_type}\r\n"
                         f"Content-Length: {len(answer.body)}\r\n\r\n".encode() + answer.body)
        await writer.drain()
        exchange.ended = time.monotonic()
        self.tamper.sent(exchange)
        return True

    async def _stream(self, exchange, upstream, client, writer, first, headers):
        def frame(data):
            return f"{len(data):x}\r\n".encode() + data + b"\r\n"

        async def send(data):
            framed = memoryview(frame(data))
            for start in range(0, len(framed), PIECE):  # what is handed over at once is copied again and again until it is sent
                writer.write(framed[start:start + PIECE])
                await writer.drain()

        async def end_with_the_client():
            with contextlib.suppress(OSError):
                await client.read(1)  # it has nothing more to say on this connection
            upstream[1].transport.abort()

        reader, waiting = upstream[0], asyncio.ensure_future(end_with_the_client())

        writer.write(f"{first}\r\n{kept(headers)}Transfer-Encoding: chunked\r\n\r\n".encode("latin-1"))
        self._streams.add(writer)
        try:
            rest = b""
            for line in self.tamper.began(exchange):
                writer.write(frame(line))
            await writer.drain()
            while (chunk := await self._chunk(reader)) is not None:
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    for out in self.tamper.lines(exchange, line + b"\n"):
                        await send(out)
            writer.write(b"0\r\n\r\n")
            await writer.drain()
        except Cut as cut:
            if cut.after:
                writer.write(frame(cut.after))
            if cut.orderly:
                writer.write(b"0\r\n\r\n")
            await self._flushed(writer)
            raise Cut(silently=cut.silently, orderly=cut.orderly) from None
        finally:
            waiting.cancel()
            self._streams.discard(writer)
            exchange.ended = time.monotonic()
