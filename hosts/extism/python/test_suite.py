"""The conformance suite through podnetworking.extism.wasm, in Extism's SDK for Python."""

import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

import extism

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
MODULE = Path(os.environ.get("EXTISM_WASM", ROOT / "podnetworking.extism.wasm"))


def exact(text):
    """JSON whose numbers are compared by their digits."""
    number = lambda digits: ("number", digits)
    return json.loads(text, parse_float=number, parse_int=number)


def with_answers(line):
    """The payload of a line, with what its host answers: the plug-in asks for nothing."""
    context = {}
    for answer in line["hostAnswers"]:
        if "response" not in answer or answer["operation"] == "can_i":
            continue
        request = json.loads(answer["request"])
        if answer["operation"] == "list_resources_all":
            context["podNetworkings" if request["kind"] == "PodNetworking" else "namespaces"] = answer["response"]
        else:
            context.setdefault("namespaces", f"[{answer['response']}]")
    if not context:
        return line["payload"]
    members = ",".join(f'"{key}":{value}' for key, value in context.items())
    return line["payload"].removesuffix("}") + f',"context":{{{members}}}}}'


def without_cause(decision):
    """What cannot be read is reported in the words of a host."""
    for finding in decision["findings"]:
        if finding["rule"] == "facts-unavailable":
            del finding["message"]
    return decision


class Suite(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.plugin = extism.Plugin(MODULE.read_bytes())

    def call(self, name, payload):
        return bytes(self.plugin.call(name, payload.encode())).decode()

    def test_the_conformance_suite(self):
        self.assertEqual((ROOT / "conformance/version").read_text().strip(), "1")
        lines = (ROOT / "conformance/cases.jsonl").read_text(encoding="utf-8").splitlines()
        for text in lines:
            line = json.loads(text)
            with self.subTest(line["name"]):
                payload = with_answers(line)
                found, expected = exact(self.call("decide", payload)), exact(text)["decision"]
                if any("error" in answer for answer in line["hostAnswers"]):
                    found, expected = without_cause(found), without_cause(expected)
                self.assertEqual(found, expected)
                response = exact(self.call("validate", payload))
                self.assertEqual(response["accepted"], expected["decision"] == "allow")
                self.assertEqual(response.get("mutated_object"), expected["mutatedObject"])
        self.assertGreater(len(lines), 1000)

    def test_settings(self):
        self.assertEqual(json.loads(self.call("validate_settings", '{"platform":"ack"}')), {"valid": True})
        self.assertFalse(json.loads(self.call("validate_settings", '{"platfrom":"ack"}'))["valid"])

    def test_check_and_explain(self):
        manifest = {"name": "a.yaml", "text": (ROOT / "examples/1-document/manifests.yaml").read_text()}
        settings = (ROOT / "examples/1-document/policy.yaml").read_text()
        arguments = json.dumps({"manifests": manifest, "options": {"settings": settings}})
        self.assertEqual(json.loads(self.call("check", arguments))["decision"], "allow")
        self.assertGreater(len(json.loads(self.call("explain", arguments))["podNetworkings"]), 0)
        with self.assertRaises(extism.Error) as raised:
            self.call("check", json.dumps({"manifests": {"name": "b.yaml", "text": "a: ["}}))
        self.assertEqual(json.loads(str(raised.exception))["path"], "b.yaml")

    def test_the_example(self):
        command = [sys.executable, str(HERE / "example.py"), str(MODULE), str(HERE.parent / "payload.json")]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        self.assertTrue(output.startswith("deny\ndeny ambiguous-pod "), output)


if __name__ == "__main__":
    unittest.main()
