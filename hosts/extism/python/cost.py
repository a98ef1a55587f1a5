"""What a decision costs in Extism's SDK for Python: milliseconds of the processor, with 10 and with 1,000 PodNetworkings."""

import json
import sys
import time
from pathlib import Path

import extism

cost = json.loads((Path(__file__).parents[2] / "cost.json").read_text())
text = json.dumps(cost["podNetworking"])
with extism.Plugin(Path(sys.argv[1]).read_bytes()) as plugin:
    for count, rounds in ((10, 500), (1000, 20)):
        pod_networkings = [json.loads(text.replace("@", str(index))) for index in range(count)]
        context = {"podNetworkings": pod_networkings, "namespaces": [cost["namespace"]]}
        payload = json.dumps({"request": cost["request"], "settings": {"platform": "ack"}, "context": context}).encode()
        assert json.loads(plugin.call("decide", payload))["selected"] == "podnetworking-2"
        start = time.process_time()
        for _ in range(rounds):
            json.loads(plugin.call("decide", payload))
        spent = (time.process_time() - start) / rounds * 1000
        print(f"python, extism: {count} PodNetworkings: {spent:.2f} ms")
