// The examples run in a new project with the packed package, and the README of the package shows them completely.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request as httpsRequest } from "node:https";
import { json } from "node:stream/consumers";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { PACKAGE, ROOT } from "./package.mjs";

const EXAMPLES = join(ROOT, "hosts/js/examples");
const folder = mkdtempSync(join(tmpdir(), "podnetworking-examples-"));
const npm = (args, cwd) => execFileSync("npm", [...args, "--no-audit", "--no-fund"], { cwd, encoding: "utf8", stdio: "pipe" });
let tarball;

before(() => {
  const [{ filename, files }] = JSON.parse(npm(["pack", "--json", "--pack-destination", folder], PACKAGE));
  tarball = join(folder, filename);
  const names = files.map(({ path }) => path);
  for (const name of ["README.md", "LICENSE", "package.json", "podnetworking_bg.wasm", "web.js"]) {
    assert.ok(names.includes(name), `${name} is not packed: ${names}`);
  }
});
after(() => rmSync(folder, { recursive: true }));

/** A fresh project with an example in it. */
const project = (example) => {
  const path = join(folder, example);
  mkdirSync(path);
  npm(["init", "--yes"], path);
  npm(["install", "--offline", tarball], path);
  for (const file of readdirSync(join(EXAMPLES, example)).filter((file) => file.endsWith(".mjs"))) {
    cpSync(join(EXAMPLES, example, file), join(path, file));
  }
  return path;
};

const podNetworking = (name, app) => `apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata:
  name: ${name}
spec:
  selector:
    podSelector:
      matchLabels:
        app: ${app}
  securityGroupIDs: [sg-a]
  vSwitchOptions: [vsw-a]
status:
  status: Ready
  vSwitches: [{id: vsw-a, zone: zone-a}]
`;

test("check-folder: a script for CI", () => {
  const path = project("check-folder");
  mkdirSync(join(path, "manifests/nested"), { recursive: true });
  const write = (file, text) => writeFileSync(join(path, "manifests", file), text);
  const run = (...args) => spawnSync(process.execPath, ["check.mjs", "manifests", ...args], { cwd: path, encoding: "utf8" });
  write("a.yaml", podNetworking("first", "web"));
  write("nested/b.yml", podNetworking("second", "db"));
  const clean = run();
  assert.equal(clean.status, 0, clean.stdout + clean.stderr);
  write("nested/b.yml", podNetworking("second", "web"));
  const found = run();
  assert.equal(found.status, 1, found.stdout + found.stderr);
  assert.match(found.stdout, /^manifests\/nested\/b\.yml:\d+:\d+: error\[overlap\]: PodNetworking second: /m);
  writeFileSync(join(path, "settings.yml"), "rules: {overlap: warn}\n");
  assert.equal(run("settings.yml").status, 0);
  writeFileSync(join(path, "settings.yml"), "rules: {overlp: warn}\n");
  const invalid = run("settings.yml");
  assert.equal(invalid.status, 2);
  assert.match(invalid.stderr, /^settings\.rules\.overlp: .*overlap/);
  write("c.json", "{");
  const broken = run();
  assert.equal(broken.status, 2);
  assert.match(broken.stderr, /^manifests\/c\.json:1:\d+: /);
  assert.match(broken.stdout, /\[overlap\]/, "the other files are checked");
});

/** A key and a certificate for 127.0.0.1 in the folder. */
const certificate = (path) => {
  const subject = ["-subj", "/CN=webhook", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"];
  const args = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", "tls.key", "-out", "tls.crt"];
  execFileSync("openssl", [...args, ...subject], { cwd: path, stdio: "pipe" });
  return readFileSync(join(path, "tls.crt"));
};

const post = (port, ca, body) =>
  new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    httpsRequest({ host: "127.0.0.1", port, ca, path: "/validate", method: "POST", headers }, async (response) => {
      resolve({ status: response.statusCode, body: await json(response) });
    })
      .on("error", reject)
      .end(body);
  });

const pod = (labels) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", namespace: "shop", labels, annotations: { "a/b~c": "d" } },
  spec: {
    containers: [{ name: "web", image: "web" }],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: "disk", operator: "In", values: ["ssd"] }] }],
        },
      },
    },
  },
});
const review = (object) =>
  JSON.stringify({
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    request: {
      uid: "705ab4f5-6393-11e8-b7cc-42010a800002",
      kind: { group: "", version: "v1", kind: "Pod" },
      resource: { group: "", version: "v1", resource: "pods" },
      operation: "CREATE",
      namespace: "shop",
      object,
    },
  });

/** Applies a JSON Patch (RFC 6902): the operations that the webhook uses. */
const apply = (document, patch) => {
  const result = { root: structuredClone(document) };
  for (const { op, path, value } of patch) {
    const keys = ["root", ...path.split("/").slice(1).map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"))];
    const last = keys.pop();
    const parent = keys.reduce((parent, key) => parent[key], result);
    assert.ok(op === "add" || Object.hasOwn(parent, last), `${op} ${path}`);
    if (op === "remove") Array.isArray(parent) ? parent.splice(Number(last), 1) : delete parent[last];
    else if (op === "add" && Array.isArray(parent)) parent.splice(last === "-" ? parent.length : Number(last), 0, value);
    else parent[last] = value;
  }
  return result.root;
};

const FACTS = {
  podNetworkings: [
    {
      apiVersion: "network.alibabacloud.com/v1beta1",
      kind: "PodNetworking",
      metadata: { name: "first" },
      spec: { selector: { podSelector: { matchLabels: { app: "web" } } }, securityGroupIDs: ["sg-a"], vSwitchOptions: ["vsw-a"] },
      status: { status: "Ready", vSwitches: [{ id: "vsw-a", zone: "zone-a" }] },
    },
  ],
  namespaces: [{ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { team: "shop" } } }],
};

/** Starts the webhook and returns its port. */
const start = async (path, env) => {
  const server = spawn(process.execPath, ["main.mjs"], {
    cwd: path,
    env: { ...process.env, PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stderr = "";
  server.stderr.on("data", (data) => (stderr += data));
  const ended = once(server, "exit").then(() => ({ failed: stderr }));
  const line = await Promise.race([once(createInterface({ input: server.stdout }), "line"), ended]);
  if (line.failed !== undefined) return line;
  return { port: Number(/port (\d+)/.exec(line[0])[1]), stop: () => (server.kill(), ended) };
};

test("webhook: AdmissionReviews over HTTPS", async (context) => {
  const path = project("webhook");
  const ca = certificate(path);
  const write = (file, value) => writeFileSync(join(path, file), JSON.stringify(value));
  const { decide } = await import(join(path, "node_modules/podnetworking-policy/node.js"));

  await context.test("with cluster data from a file", async () => {
    const items = [...FACTS.podNetworkings, ...FACTS.namespaces];
    write("facts.json", { apiVersion: "v1", kind: "List", items });
    const { port, stop } = await start(path, { FACTS: "facts.json" });
    try {
      const object = pod({ app: "web" });
      const { status, body } = await post(port, ca, review(object));
      assert.equal(status, 200);
      assert.deepEqual([body.apiVersion, body.kind], ["admission.k8s.io/v1", "AdmissionReview"]);
      const { uid, allowed, patch, patchType } = body.response;
      assert.equal(uid, "705ab4f5-6393-11e8-b7cc-42010a800002");
      assert.equal(allowed, true);
      assert.equal(patchType, "JSONPatch");
      const operations = JSON.parse(Buffer.from(patch, "base64").toString());
      assert.ok(operations.every(({ path }) => /^\/(metadata\/annotations|spec\/affinity)\//.test(path)), JSON.stringify(operations));
      const { mutatedObject } = decide({ request: JSON.parse(review(object)).request, context: FACTS });
      assert.deepEqual(apply(object, operations), mutatedObject);

      const other = await post(port, ca, review(pod({ app: "db" })));
      assert.equal(other.body.response.allowed, true);
      assert.equal(other.body.response.patch, undefined);

      // The file is read again for each request.
      write("facts.json", { items: [...items, { ...FACTS.podNetworkings[0], metadata: { name: "second" } }] });
      const denied = (await post(port, ca, review(object))).body.response;
      assert.equal(denied.allowed, false);
      assert.equal(denied.status.code, 403);
      assert.match(denied.status.message, /^\[ambiguous-pod\] .*`first`.*`second`/);
      assert.equal(denied.patch, undefined);

      // Without cluster data, requests that need it are denied.
      rmSync(join(path, "facts.json"));
      assert.match((await post(port, ca, review(object))).body.response.status.message, /^\[facts-unavailable\]/);

      for (const body of ["{", "{}", "null"]) assert.equal((await post(port, ca, body)).status, 400, body);
    } finally {
      await stop();
    }
  });

  await context.test("with cluster data from the API server", async () => {
    const asked = [];
    const tls = { key: readFileSync(join(path, "tls.key")), cert: ca };
    const cluster = createServer(tls, (request, response) => {
      asked.push(request.url);
      const items = request.url.endsWith("/namespaces") ? FACTS.namespaces : FACTS.podNetworkings;
      response.statusCode = request.headers.authorization === "Bearer secret" ? 200 : 401;
      response.end(JSON.stringify({ items }));
    });
    await new Promise((listening) => cluster.listen(0, "127.0.0.1", listening));
    const { factsFromCluster } = await import(join(path, "facts.mjs"));
    cpSync(join(path, "tls.crt"), join(path, "ca.crt"));
    writeFileSync(join(path, "token"), "secret\n");
    const facts = factsFromCluster({ server: `https://127.0.0.1:${cluster.address().port}`, account: path });
    const { createWebhook } = await import(join(path, "webhook.mjs"));
    const webhook = createWebhook({ ...tls, facts });
    await new Promise((listening) => webhook.listen(0, "127.0.0.1", listening));
    try {
      const { response } = (await post(webhook.address().port, ca, review(pod({ app: "web" })))).body;
      assert.equal(response.allowed, true);
      assert.equal(response.auditAnnotations.podnetworking, "first");
      assert.deepEqual(asked.sort(), ["/api/v1/namespaces", "/apis/network.alibabacloud.com/v1beta1/podnetworkings"]);
      writeFileSync(join(path, "token"), "wrong");
      const denied = (await post(webhook.address().port, ca, review(pod({ app: "web" })))).body.response;
      assert.match(denied.status.message, /^\[facts-unavailable\]/);
    } finally {
      webhook.close();
      cluster.close();
    }
  });

  await context.test("the webhook does not start with invalid settings", async () => {
    writeFileSync(join(path, "settings.yml"), "platform: aws\n");
    const { failed } = await start(path, { FACTS: "facts.json", SETTINGS: "settings.yml" });
    assert.match(failed, /invalid settings:\n.*platform/);
  });
});

test("the patch names only what differs", async () => {
  const { jsonPatch } = await import(join(EXAMPLES, "webhook/json-patch.mjs"));
  for (const [before, after, count] of [
    [{ a: 1 }, { a: 1 }, 0],
    [{}, { "a/b~c": 1 }, 1],
    [{ a: { b: 1 }, c: 2 }, { a: {} }, 2],
    [{ a: [1, 2, 2, 3, 1] }, { a: [1, 2, 3] }, 3],
    [{ a: [] }, { a: [{ b: 1 }, 2] }, 2],
    [{ a: null }, { a: {} }, 1],
    [{ a: [1] }, { a: { 0: 1 } }, 1],
    [{ a: "1" }, { a: 1 }, 1],
  ]) {
    const patch = jsonPatch(before, after);
    assert.deepEqual(apply(before, patch), after);
    assert.equal(patch.length, count, JSON.stringify(patch));
  }
});

test("the README shows the examples as they are", () => {
  const readme = readFileSync(join(PACKAGE, "README.md"), "utf8");
  for (const file of ["check-folder/check.mjs", "webhook/webhook.mjs", "webhook/json-patch.mjs", "webhook/facts.mjs", "webhook/main.mjs"]) {
    assert.ok(existsSync(join(EXAMPLES, file)));
    assert.ok(readme.includes(readFileSync(join(EXAMPLES, file), "utf8").trim()), `${file} differs from the README`);
  }
});
