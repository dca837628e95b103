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


def median_time_to_azure(plane, estate, emulator, name, first):
    """Of objects that come one after the other; `first` tells them from those of another call."""
    return statistics.median(time_to_azure(plane, estate, emulator, f"{name}{n}", first + n) for n in range(PROBES))
