import json
import sys
from pathlib import Path

import extism

module, payload = map(Path, sys.argv[1:])
with extism.Plugin(module.read_bytes()) as plugin:
    decision = json.loads(plugin.call("decide", payload.read_bytes()))
print(decision["decision"])
for finding in decision["findings"]:
    print(finding["severity"], finding["rule"], finding["message"])
