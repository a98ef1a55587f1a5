// The package in Chromium: a page loads it from this machine and decides the manifests of the platform's document. The page
// logs no errors and makes no other network requests.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { basename, extname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { PACKAGE, ROOT } from "./package.mjs";

const PAGE = fileURLToPath(new URL("browser", import.meta.url));
const DOCUMENT = join(ROOT, "examples/1-document");
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".json": "application/json" };
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"];

const podNetworking = {
  apiVersion: "network.alibabacloud.com/v1beta1",
  kind: "PodNetworking",
  metadata: { name: "example" },
  spec: { selector: { podSelector: { matchLabels: { foo: "bar" } } }, vSwitchOptions: ["vsw-2zewh0vanjx3vmjisna6z"] },
  status: { status: "Ready", vSwitches: [{ id: "vsw-2zewh0vanjx3vmjisna6z", zone: "cn-beijing-h" }] },
};
const PAYLOAD = JSON.stringify({
  request: {
    uid: "1",
    kind: { group: "", version: "v1", kind: "Pod" },
    operation: "CREATE",
    namespace: "default",
    object: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { generateName: "elastic-podnetworking-7d9f-", namespace: "default", labels: { app: "my-app", foo: "bar" } },
      spec: { containers: [{ name: "my-container", image: "nginx" }] },
    },
  },
  context: { podNetworkings: [podNetworking], namespaces: [{ metadata: { name: "default" } }] },
});

const serve = async (path) => {
  if (path === "/payload.json") return PAYLOAD;
  if (path.startsWith("/package/")) return readFile(join(PACKAGE, basename(path)));
  if (path === "/manifests.yaml" || path === "/policy.yaml") return readFile(join(DOCUMENT, basename(path)));
  return readFile(join(PAGE, path === "/" ? "index.html" : basename(path)));
};
const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, "http://127.0.0.1");
  const name = pathname === "/" ? "index.html" : pathname;
  try {
    const body = await serve(pathname);
    response.writeHead(200, { "content-type": TYPES[extname(name)] ?? "text/plain" }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});

let browser;
let origin;
before(async () => {
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: FLAGS });
});
after(async () => {
  await browser?.close();
  server.close();
});

/** A page, with its network requests and its errors. */
const open = async () => {
  const page = await browser.newPage();
  const asked = [];
  const complaints = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("requestfailed", (request) => complaints.push(`${request.url()} failed`));
  await page.goto(origin);
  await page.waitForSelector("body[data-ready]", { timeout: 30_000 });
  return { page, asked, complaints };
};

test("the page decides the document's manifests", async () => {
  const { page, asked, complaints } = await open();
  assert.equal(await page.textContent("#verdict"), "allow");
  assert.deepEqual(await page.locator("#pods td:nth-child(2)").allTextContents(), ["example", "example"]);
  const decision = JSON.parse(await page.textContent("#decision"));
  assert.deepEqual([decision.decision, decision.selected, decision.findings], ["allow", "example", []]);
  assert.equal(decision.mutatedObject.metadata.annotations["k8s.aliyun.com/pod-networking"], "example");
  const node = await import(pathToFileURL(join(PACKAGE, "node.js")).href);
  assert.deepEqual(decision, node.decide(PAYLOAD), "the same as in Node");
  assert.deepEqual(complaints, []);
  const elsewhere = asked.filter((url) => !url.startsWith(`${origin}/`) && !url.startsWith("data:"));
  assert.deepEqual(elsewhere, []);
  assert.ok(asked.includes(`${origin}/package/podnetworking_bg.wasm`), asked.join());
});

test("the page checks the text in it", async () => {
  const { page, asked, complaints } = await open();
  const before = asked.length;
  const text = await page.inputValue("#manifests");
  const [first] = text.split("---\n").filter((part) => part.includes("kind: PodNetworking"));
  await page.fill("#manifests", `${text}\n---\n${first.replace("name: example", "name: second")}`);
  await page.click("#check");
  assert.equal(await page.textContent("#verdict"), "deny");
  const findings = await page.locator("#findings li").allTextContents();
  assert.ok(findings.some((finding) => /^\d+:\d+ error\[overlap\]/.test(finding)), findings.join("\n"));
  await page.fill("#manifests", "a: [");
  await page.click("#check");
  assert.match(await page.textContent("#verdict"), /^manifests\.yaml:\d+:\d+: /);
  assert.deepEqual(complaints, []);
  assert.equal(asked.length, before, "a check makes no network request");
});
