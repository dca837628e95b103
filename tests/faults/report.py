"""What ran: printed, and kept for the table of `make faults`."""

import json
import os


def plans(group, run, failed):
    line = json.dumps({"group": group, "run": run, "failed": failed})
    print(line)
    if os.environ.get("ADXF_FAULTS_REPORT"):
        with open(os.environ["ADXF_FAULTS_REPORT"], "a", encoding="utf-8") as report:
            report.write(line + "\n")
