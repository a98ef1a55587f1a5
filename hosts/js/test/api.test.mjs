// The functions of the package: their results and their errors.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { PACKAGE, ROOT } from "./package.mjs";

const { check, decide, decideText, explain, rules, validate, validateSettings } = await import(
  pathToFileURL(join(PACKAGE, "node.js")).href
);

const podNetworking = (name, labels, more = {}) => ({
  apiVersion: "network.alibabacloud.com/v1beta1",
  kind: "PodNetworking",
  metadata: { name },
  spec: {
    allocationType: { type: "Elastic" },
    selector: { podSelector: { matchLabels: labels } },
    securityGroupIDs: ["sg-a"],
    vSwitchOptions: ["vsw-a"],
  },
  ...more,
});
const stored = (name, labels) =>
  podNetworking(name, labels, { status: { status: "Ready", vSwitches: [{ id: "vsw-a", zone: "zone-a" }] } });
const pod = (labels, spec = {}) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", namespace: "shop", labels },
  spec: { containers: [{ name: "web", image: "web" }], ...spec },
});
const create = (object) => ({
  uid: "1",
  kind: { group: "", version: "v1", kind: object.kind },
  operation: "CREATE",
  namespace: object.metadata.namespace,
  object,
});
const namespaces = [{ metadata: { name: "shop", labels: { team: "shop" } } }];

/** The error that the call throws. */
const thrown = (call) => {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof Error);
    assert.equal(error.name, "PolicyError");
    assert.equal(error.path, error.faults[0].path);
    assert.ok(error.message.startsWith(error.path), error.message);
    return error;
  }
  throw assert.fail("nothing was thrown");
};

test("a pod gets its annotations and its zone", () => {
  const context = { podNetworkings: [stored("first", { app: "web" })], namespaces };
  const { decision, findings, mutatedObject, selected } = decide({ request: create(pod({ app: "web" })), context });
  assert.equal(decision, "allow");
  assert.deepEqual(findings, []);
  assert.equal(selected, "first");
  assert.equal(mutatedObject.metadata.annotations["k8s.aliyun.com/pod-networking"], "first");
  const [term] = mutatedObject.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms;
  assert.deepEqual(term.matchExpressions, [{ key: "topology.kubernetes.io/zone", operator: "In", values: ["zone-a"] }]);
});

test("objects and text lead to the same decision, in any combination", () => {
  const request = create(pod({ app: "web" }));
  const context = { podNetworkings: [stored("first", { app: "web" }), stored("second", { app: "web" })], namespaces };
  const settings = { rules: { "ambiguous-pod": "warn" } };
  const expected = decide({ request, settings, context });
  assert.equal(expected.decision, "allow");
  assert.equal(expected.findings[0].rule, "ambiguous-pod");
  assert.equal(decide({ request, settings: null, context }).decision, "deny");
  assert.equal(decide({ request, settings, context: null }).findings[0].rule, "facts-unavailable");
  const text = JSON.stringify({ request, settings, context });
  assert.deepEqual(decide(text), expected);
  assert.deepEqual(JSON.parse(decideText(text)), expected);
  const texts = { request: JSON.stringify(request), settings: "rules: {ambiguous-pod: warn}", context: JSON.stringify(context) };
  assert.deepEqual(decide(texts), expected);
  assert.deepEqual(decide({ ...texts, request }), expected);
});

test("numbers in text keep their digits", () => {
  const object = JSON.stringify(pod({ app: "web" })).replace('"containers"', '"priority":9007199254740993,"x":1.0,"containers"');
  const request = JSON.stringify(create(pod({}))).replace(/"object":.*$/s, `"object":${object}}`);
  const context = JSON.stringify({ podNetworkings: [stored("first", { app: "web" })], namespaces });
  const answer = decideText(`{"request":${request},"context":${context}}`);
  assert.match(answer, /"mutatedObject":\{.*"priority":9007199254740993,"x":1\.0,/);
});

test("a request that needs cluster data is denied without it", () => {
  const { decision, findings } = decide({ request: create(pod({ app: "web" })) });
  assert.equal(decision, "deny");
  assert.equal(findings[0].rule, "facts-unavailable");
});

test("validate answers as the policy does in a cluster", () => {
  const context = { podNetworkings: [stored("first", { app: "web" }), stored("second", { app: "web" })], namespaces };
  const answer = validate({ request: create(pod({ app: "web" })), context });
  assert.equal(answer.accepted, false);
  assert.equal(answer.code, 403);
  assert.match(answer.message, /^\[ambiguous-pod\] Pod `[a-z]+\/web`/);
});

test("invalid settings are a denial in decide and an error in check", () => {
  const settings = { rules: { overlp: "deny" }, platfrom: "ack" };
  const { decision, findings } = decide({ request: create(pod({})), settings });
  assert.equal(decision, "deny");
  assert.deepEqual(findings.map(({ path }) => path).sort(), ["settings.platfrom", "settings.rules.overlp"]);
  const error = thrown(() => check("", { settings }));
  assert.deepEqual(error.faults.map(({ path }) => path).sort(), ["settings.platfrom", "settings.rules.overlp"]);
  const { valid, message, faults } = validateSettings(settings);
  assert.equal(valid, false);
  assert.equal(message.split("\n").length, 2);
  assert.deepEqual(faults.map(({ path }) => path).sort(), ["settings.platfrom", "settings.rules.overlp"]);
});

test("settings are an object, JSON, YAML or the manifest of a policy", () => {
  for (const settings of [undefined, null, {}, "{}", "platform: ack", { platform: "ack" }]) {
    assert.deepEqual(validateSettings(settings), { valid: true, faults: [] });
  }
  const policy = readFileSync(join(ROOT, "examples/1-document/policy.yaml"), "utf8");
  assert.deepEqual(validateSettings(policy), { valid: true, faults: [] });
  for (const broken of ["a: [", "just text", "{", () => {}]) {
    const { valid, faults, message } = validateSettings(broken);
    assert.equal(valid, false);
    assert.equal(faults[0].path, "settings");
    assert.match(message, /^the settings /);
  }
  assert.equal(validateSettings(3).faults[0].path, "settings");
});

test("an argument that cannot be read is an error with its path", () => {
  const request = create(pod({}));
  const circle = {};
  circle.circle = circle;
  for (const [path, call] of [
    ["payload", () => decide()],
    ["payload", () => decide(null)],
    ["payload", () => decide(3)],
    ["payload", () => decide([])],
    ["payload", () => decide("{")],
    ["request", () => decide({ request: "{" })],
    ["request", () => decide({ request: circle })],
    ["request", () => decide({ request: { object: 1n } })],
    ["request", () => decide({ request: () => {} })],
    ["settings", () => decide({ request, settings: "{a" })],
    ["context", () => decide({ request, context: "{" })],
    ["json", () => decideText({})],
    ["manifests", () => check()],
    ["manifests", () => check(3)],
    ["manifests[1]", () => check(["", 3])],
    ["manifests[0].text", () => check([{ name: "a", text: 3 }])],
    ["manifests[0].name", () => check([{ name: 3, text: "" }])],
    ["options", () => check("", "platform: ack")],
    ["options.namespace", () => check("", { namespace: 3 })],
    ["options.context", () => check("", { context: 3 })],
  ]) {
    assert.equal(thrown(call).path, path, String(call));
  }
});

test("JSON of a wrong type is denied with its path", () => {
  const request = create(pod({}));
  for (const [path, payload] of [
    ["request", {}],
    ["request", { request: 3 }],
    ["request", { request: null }],
    ["request.operation", { request: { ...request, operation: "PATCH" } }],
    ["request.object", { request: { ...request, object: [] } }],
    ["settings", { request, settings: 3 }],
    ["", { request, context: [] }],
    ["", { request, context: { podNetworkings: [], live: 3 } }],
  ]) {
    const { decision, findings } = decide(payload);
    assert.equal(decision, "deny");
    assert.equal(findings[0].path, path, JSON.stringify(findings));
  }
});

test("no text stops the module", () => {
  for (const text of ["", "{", "null", "[]", '{"request":' + "[".repeat(1_000_000), '{"request":{"object":'.repeat(50_000)]) {
    assert.equal(JSON.parse(decideText(text)).decision, "deny");
  }
  assert.throws(() => check("{a: ".repeat(200_000)));
  assert.throws(() => check("- ".repeat(200_000)));
  assert.equal(JSON.parse(decideText('{"request":"\ud800"}')).decision, "deny");
  // The module still answers.
  assert.equal(validateSettings({}).valid, true);
});

const YAML = `
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata: {name: first}
spec:
  selector:
    podSelector:
      matchLabels: {app: web}
  securityGroupIDs: [sg-a]
  vSwitchOptions: [vsw-a]
`;

test("findings of check have their positions", () => {
  const second = YAML.replace("first", "second");
  const { decision, findings, summary } = check([
    { name: "a.yaml", text: YAML },
    { name: "b.yaml", text: second },
  ]);
  assert.equal(decision, "deny");
  const overlap = findings.find(({ rule }) => rule === "overlap");
  assert.equal(overlap.file, "b.yaml");
  const line = second.split("\n").findIndex((line) => line.includes("elector:")) + 1;
  assert.ok(overlap.line >= line && overlap.column > 0, JSON.stringify(overlap));
  assert.equal(overlap.related[0].file, "a.yaml");
  assert.equal(overlap.object.name, "second");
  assert.equal(summary.objects, 2);
  assert.equal(findings.filter(({ rule }) => rule === "overlap").length, 1, "a pair is reported once");
});

test("manifests are text, objects or named text, and are checked against the context", () => {
  const object = podNetworking("second", { app: "web" });
  for (const [manifests, file] of [
    [object, "manifest-1"],
    [[object], "manifest-1"],
    [JSON.stringify(object), "manifest-1"],
    [["# nothing", object], "manifest-2"],
    [{ text: JSON.stringify(object) }, "manifest-1"],
    [{ name: "b.json", text: JSON.stringify(object) }, "b.json"],
  ]) {
    const { findings } = check(manifests, { context: [{ name: "a.yaml", text: YAML }] });
    const overlap = findings.find(({ rule }) => rule === "overlap");
    assert.equal(overlap.file, file);
    assert.equal(overlap.related[0].file, "a.yaml");
  }
  const update = check(YAML, { context: YAML });
  assert.deepEqual(update.findings.filter(({ rule }) => rule === "overlap"), []);
});

test("a broken manifest is an error with its line, and the others are checked", () => {
  const error = thrown(() =>
    check([
      { name: "a.yaml", text: YAML },
      { name: "b.yaml", text: YAML.replace("first", "second") },
      { name: "broken.yaml", text: "a: 1\nb: [\n" },
    ]),
  );
  assert.equal(error.path, "broken.yaml");
  assert.ok(error.line >= 2 && error.column >= 1);
  assert.match(error.message, /^broken\.yaml:\d+:\d+: /);
  assert.equal(error.result.decision, "deny");
  assert.ok(error.result.findings.some(({ rule }) => rule === "overlap"));
});

test("explain shows which PodNetworking selects a pod, and why the others do not", () => {
  const other = YAML.replace("first", "other").replace("web", "db");
  const { pods, podNetworkings, overlaps } = explain([YAML, other, pod({ app: "web" })], { namespace: "shop" });
  assert.deepEqual(podNetworkings, ["first", "other"]);
  assert.deepEqual(overlaps, []);
  assert.deepEqual(pods[0].selected, ["first"]);
  const failed = pods[0].podNetworkings.find(({ name }) => name === "other");
  assert.equal(failed.outcome, "failed");
  assert.match(failed.requirement, /app/);
  const [pair] = explain([YAML, YAML.replace("first", "second")]).overlaps;
  assert.deepEqual([pair.first, pair.second, pair.isReal], ["first", "second", true]);
  assert.deepEqual(pair.witness.podLabels, { app: "web" });
});

test("check allows the example of the repository", () => {
  const folder = join(ROOT, "examples/1-document");
  const [text, settings] = ["manifests.yaml", "policy.yaml"].map((file) => readFileSync(join(folder, file), "utf8"));
  const { decision, findings } = check({ name: "manifests.yaml", text }, { settings });
  assert.equal(decision, "allow", JSON.stringify(findings));
});

test("rules lists all rules with their documentation", () => {
  const all = rules();
  assert.ok(all.length > 25);
  for (const rule of all) {
    assert.match(rule.id, /^[a-z-]+$/);
    for (const key of ["title", "about", "fires", "reason", "remedy", "good", "bad"]) assert.ok(rule[key], `${rule.id}: ${key}`);
    for (const platform of ["ack-serverless", "ack", "acs"]) assert.match(rule.severity[platform], /^(deny|warn|off)$/);
  }
});

test("CommonJS and ES modules export the same functions", () => {
  const required = createRequire(import.meta.url)(join(PACKAGE, "node.cjs"));
  assert.equal(required.decide, decide);
  const bindings = Object.keys(required).filter((name) => !name.startsWith("__")).sort();
  assert.deepEqual(bindings, ["check", "decide", "decideText", "explain", "rules", "validate", "validateSettings"]);
});

test("the bindings for bundlers load if WebAssembly modules are supported", () => {
  const script = `import { rules } from ${JSON.stringify(pathToFileURL(join(PACKAGE, "podnetworking.js")).href)};
    console.log(rules().length);`;
  const flags = ["--experimental-wasm-modules", "--no-warnings", "--input-type=module", "--eval", script];
  assert.equal(Number(execFileSync(process.execPath, flags, { encoding: "utf8" })), rules().length);
});
