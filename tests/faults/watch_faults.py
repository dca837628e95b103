"""What can go wrong with a watch, each as a class: a Fault does it to the watch of one namespace, once it is armed, at its place."""

import json
import re
import time

from slots import cut_points, event, is_list, refusal, status_object
from wire_proxy import Cut

PLACES = ("idle", "busy", "initial list", "relist")
GONE = (410, "Expired", "too old resource version: 1 (2)")
BROKEN = (500, "InternalError", "an internal error occurred")
AHEAD = (504, "Timeout", "Too large resource version: 9, current: 1")
INITIAL_END = b"k8s.io/initial-events-end"
ITEM = b'"kind":"FollowerDatabase"'
HUGE = 100 << 20


def bookmark(version):
    return event("BOOKMARK", {"kind": "FollowerDatabase", "apiVersion": "adxfollower.io/v1alpha1", "metadata": {"resourceVersion": version}})


def version_of(line):
    return json.loads(line)["object"]["metadata"]["resourceVersion"]


def is_bookmark(line):
    return line.startswith(b'{"type":"BOOKMARK"')


class Fault:
    """`relists`: how often the operator may read everything anew because of one strike on a watch that runs. On a list under way each
    strike may cost one. `sample`: a line about an object as it is; `old_version`: a version of the past."""

    relists = 0

    def __init__(self, place, times=1):
        self.place, self.left, self.times = place, times, times
        self.armed = place == "initial list"
        self.sample, self.old_version = b"", ""
        self.fired_at = self.silent_since = None
        self._provoked = self._seen = 0
        self._synced = set()  # numbers of the lists that told everything

    def __str__(self):
        return f"{self.name}, {self.place}"

    @property
    def name(self):
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", type(self).__name__).lower()
        return words

    @property
    def hits_a_list(self):
        return self.place in ("initial list", "relist")

    @property
    def allowed_lists(self):
        return 1 + (self.place == "relist") + self.times * (1 if self.hits_a_list else self.relists)

    def strike(self):
        """Counts one. True when it is to be done."""
        self.left -= 1
        self.fired_at = self.fired_at or time.monotonic()
        return True

    # -- what the proxy asks ---------------------------------------------------------------------------------------

    def before(self, exchange):
        if not (self._is_due() and self._is_place(exchange)):
            return None
        self._seen = 0
        return self.on_request(exchange)

    def began(self, exchange):
        return self.on_open(exchange) if self._is_due() and self._is_place(exchange) else []

    def lines(self, exchange, line):
        is_initial = is_list(exchange) and exchange.number not in self._synced
        if INITIAL_END in line:
            self._synced.add(exchange.number)
        if self.armed and self.place == "relist" and not self._provoked:
            self._provoked = exchange.number
            return [event("ERROR", status_object(*GONE))]
        if not self._is_due() or is_initial != self.hits_a_list or exchange.number == self._provoked:
            return [line]
        self._seen += 1
        # In the middle of a list: one object went through, or what ends it, whatever the order of things.
        return self.on_line(line) if self._seen > 1 or not self.hits_a_list or self.from_first else [line]

    from_first = False  # on_line is called from the first line of a list, not from its second

    def _is_due(self):
        return self.armed and self.left > 0 and (self.place != "relist" or self._provoked)

    def _is_place(self, exchange):
        return is_list(exchange) == self.hits_a_list

    # -- what a fault is made of -----------------------------------------------------------------------------------

    def on_request(self, exchange):
        return None

    def on_open(self, exchange):
        return []

    def on_line(self, line):
        return [line]

    def silence(self, after=b""):
        self.strike()
        self.silent_since = time.monotonic()
        return Cut(after, silently=True)


class Refused(Fault):
    status = GONE

    def on_request(self, exchange):
        self.strike()
        return refusal(*self.status)


class GoneAsStatus(Refused):
    relists = 1


class BrokenAsStatus(Refused):
    status = BROKEN


class AheadAsStatus(Refused):
    status, relists = AHEAD, 1


class Told(Fault):
    """An event of type ERROR, after which the server ends the stream."""

    status = GONE

    def on_line(self, line):
        self.strike()
        raise Cut(event("ERROR", status_object(*self.status)), orderly=True)


class GoneAsEvent(Told):
    relists = 1


class BrokenAsEvent(Told):
    status = BROKEN


# -- the end of the stream, at five kinds of byte, in an orderly way or not ------------------------------------------------


class Ends(Fault):
    def __init__(self, place, orderly=False):
        super().__init__(place)
        self.orderly = orderly

    @property
    def name(self):
        return super().name + (", orderly" if self.orderly else "")

    def end(self, after=b""):
        self.strike()
        return Cut(after, orderly=self.orderly)


class EndsAfterHead(Ends):
    def on_open(self, exchange):
        raise self.end()


class EndsInLine(Ends):
    def on_line(self, line):
        raise self.end(line[: len(line) // 2])


class EndsBeforeNewline(Ends):
    def on_line(self, line):
        raise self.end(line.rstrip(b"\n"))


class EndsAfterNewline(Ends):
    def on_line(self, line):
        raise self.end(line)


class EndsInCharacter(Ends):
    def on_line(self, line):
        whole, cut = (b"", line) if cut_points(line) else (line, self.sample)
        raise self.end(whole + cut[: cut_points(cut)[-1]])


# -- nothing comes any more, and nobody says so ----------------------------------------------------------------------------


class SilentBeforeHead(Fault):
    def on_request(self, exchange):
        raise self.silence()


class SilentAfterHead(Fault):
    def on_open(self, exchange):
        raise self.silence()


class SilentAfterEvent(Fault):
    """In the middle of a list where there is one."""

    def on_line(self, line):
        raise self.silence(line + self.sample if is_bookmark(line) else line)


class SilentInLine(Fault):
    def on_line(self, line):
        raise self.silence(line[: len(line) // 2])


class SilentAfterBookmark(Fault):
    def on_line(self, line):
        if not is_bookmark(line):
            return [line]
        raise self.silence(line)


# -- what is told, but not as it happened ----------------------------------------------------------------------------------


class Garbled(Fault):
    """Goes on until the end of the plan; `held` is told later, and never lost: a new list tells it too."""

    from_first = True

    def __init__(self, place):
        super().__init__(place, times=10**9)
        self.held = []

    allowed_lists = property(lambda self: 1 + (self.place == "relist"))

    def on_open(self, exchange):
        held, self.held = self.held, []
        return [] if is_list(exchange) else held

    def _is_place(self, exchange):
        return True  # also when the next watch begins


class Duplicates(Garbled):
    def on_line(self, line):
        self.strike()
        return [line, line, line]


class OrderChanged(Garbled):
    """Of two events about two objects the later comes first; what an object goes through keeps its order."""

    def on_line(self, line):
        held, self.held = self.held, []
        if is_bookmark(line):
            return [*held, line]
        if not held:
            self.held = [line]
            return []
        name, other = (json.loads(text)["object"]["metadata"]["name"] for text in (line, held[0]))
        self.strike()
        return [*held, line] if name == other else [line, *held]


class BookmarksOnly(Garbled):
    """In place of each event a bookmark of its version; the events follow after the server's next bookmark, or on the next watch."""

    def on_line(self, line):
        if is_bookmark(line):
            held, self.held = self.held, []
            return [*held, line] if INITIAL_END in line else [line, *held]
        self.strike()
        self.held.append(line)
        return [bookmark(version_of(line))]


class VersionGoesBack(Fault):
    """A bookmark of the past; what happened since is told once more. The past may be too old to be told."""

    relists, from_first = 1, True

    def on_line(self, line):
        if not self.hits_a_list:
            self.strike()
            raise Cut(line + bookmark(self.old_version), orderly=True)
        if INITIAL_END not in line:
            return [line]
        self.strike()
        raise Cut(re.sub(rb'"resourceVersion":"\d+"', f'"resourceVersion":"{self.old_version}"'.encode(), line), orderly=True)


class HugeEvent(Fault):
    """A line of 100 MB, in pieces as a proxy on the way would cut it."""

    piece = 64 << 10

    def on_line(self, line):
        self.strike()
        filling = b"x" * self.piece
        return [b'{"type":"MODIFIED","object":{"metadata":{"name":"one","annotations":{"a":"', *[filling] * (HUGE // self.piece), b'"}}}}\n', line]


class HugeEventInOnePiece(HugeEvent):
    piece = HUGE


class Garbage(Fault):
    what = b"\x00\xff\xfe{]\r\x1b[2J\xc3\x28\n"

    def on_line(self, line):
        self.strike()
        return [self.what, line]


class GarbageThatNests(Garbage):
    what = b'{"type":"ADDED","object":' + b"[" * 200_000 + b"\n"


class GarbageOfAnotherShape(Garbage):
    what = b"".join(text + b"\n" for text in (
        b'{"type":"ADDED","object":{}}', b'{"type":"SOMETHING","object":{"metadata":{"name":"one"}}}',
        b'{"type":"MODIFIED","object":{"metadata":{"name":"one","resourceVersion":7},"spec":[],"status":"x"}}',
        b'{"type":"DELETED","object":{"metadata":{}}}', b'{"type":"BOOKMARK","object":{"metadata":null}}', b"[]", b'{"type":7}', b"null"))


SILENCES = (SilentBeforeHead, SilentAfterHead, SilentAfterEvent, SilentInLine, SilentAfterBookmark)  # together, for they take longest
AGAIN = (GoneAsStatus, GoneAsEvent, BrokenAsStatus, BrokenAsEvent)  # three times where that takes no patience
TOLD_WRONG = (AheadAsStatus, Duplicates, OrderChanged, BookmarksOnly, VersionGoesBack, Garbage, GarbageThatNests, GarbageOfAnotherShape)
ENDINGS = (EndsAfterHead, EndsInLine, EndsBeforeNewline, EndsAfterNewline, EndsInCharacter)
HUGE_ONES = (HugeEvent, HugeEventInOnePiece)  # apart from the others, whom they would delay


def all_batches():
    """Plans that run at the same time, by a name."""
    batches = {}
    for place in PLACES:
        batches[f"{place}: silence and errors"] = [
            *(fault(place) for fault in SILENCES), *(fault(place, times=3 if "list" in place else 1) for fault in AGAIN)]
        batches[f"{place}: told wrong"] = [fault(place) for fault in TOLD_WRONG]
        batches[f"{place}: ends"] = [fault(place, orderly) for fault in ENDINGS for orderly in (False, True)]
    for fault in HUGE_ONES:
        batches[fault("idle").name] = [fault(place) for place in PLACES]
    return batches
