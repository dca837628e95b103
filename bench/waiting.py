"""How long a user waits: from the moment in which a new object is sent to the API server to that in which its attachment arrives in Azure."""

import datetime
import json
import statistics
import time

from harness import wait_until

PROBES = 5
BACKLOG = 1000  # objects that a starting operator finds beside those that are at rest


def time_to_azure(plane, estate, emulator, name, number):
    """Seconds, for one more database on a cluster that has many already. Both clocks are the machine's."""
    body = estate.one_more(name, number)
    cluster = estate.cluster_of(number)
    since, began = emulator.last_call(), time.time()
    answer = plane.kube.http.post(plane.kube.server + plane.collection, data=json.dumps(body), headers={"Content-Type": "application/json"}, timeout=30)
    assert answer.status_code == 201, answer.text[:500]

    def puts():
        return [call for call in emulator.calls(since) if call["method"] == "PUT" and call["cluster"] == cluster]

    first = wait_until(puts, f"the attachment of {name} is put", timeout=600, every=0.1)[0]
    return datetime.datetime.fromisoformat(first["time"]).timestamp() - began


def measure(plane, estate, emulator, operator, start):
    """Figures, and the operator that runs now: `operator` ends on the way."""
    idle = [time_to_azure(plane, estate, emulator, f"idle{n}", n) for n in range(PROBES)]
    operator.stop()
    plane.load("create", lines=estate.backlog())
    operator = start(emulator, plane)
    busy = [time_to_azure(plane, estate, emulator, f"busy{n}", PROBES + n) for n in range(PROBES)]
    return {"idle_to_azure_seconds": statistics.median(idle), "busy_to_azure_seconds": statistics.median(busy)}, operator
