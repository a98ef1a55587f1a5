// The package in a bundle: webpack uses its bindings for bundlers, and the bundle decides as the package does.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import webpack from "webpack";
import { PACKAGE } from "./package.mjs";

const folder = mkdtempSync(join(tmpdir(), "podnetworking-bundle-"));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, "node_modules"));
cpSync(PACKAGE, join(folder, "node_modules/podnetworking-policy"), { recursive: true });
writeFileSync(join(folder, "package.json"), '{"type":"module"}');

const ENTRY = `
import { check, rules } from "podnetworking-policy";
const podNetworking = (name) => ({
  apiVersion: "network.alibabacloud.com/v1beta1",
  kind: "PodNetworking",
  metadata: { name },
  spec: { selector: { podSelector: { matchLabels: { app: "web" } } }, securityGroupIDs: ["sg-a"], vSwitchOptions: ["vsw-a"] },
});
const { findings } = check([podNetworking("first"), podNetworking("second")]);
console.log(rules().length, findings.filter(({ rule }) => rule === "overlap").map(({ object }) => object.name).join());
`;

const bundle = (output, options) =>
  new Promise((resolve, reject) => {
    writeFileSync(join(folder, "entry.js"), ENTRY);
    const all = {
      mode: "production",
      context: folder,
      entry: "./entry.js",
      output: { path: join(folder, output), filename: "main.cjs" },
      experiments: { asyncWebAssembly: true },
      performance: false,
      ...options,
    };
    webpack(all, (error, stats) => (error ? reject(error) : resolve(stats.toString({ all: false, errors: true, warnings: true }))));
  });
const run = (output) => execFileSync(process.execPath, [join(folder, output, "main.cjs")], { encoding: "utf8" });

test("webpack bundles the bindings for bundlers with the module", async () => {
  // Without Node's condition, as in a bundle for browsers. The module is loaded from the folder of the bundle.
  const conditionNames = ["webpack", "import", "module", "default"];
  assert.equal(await bundle("bundler", { target: "node", resolve: { conditionNames } }), "");
  assert.ok(readdirSync(join(folder, "bundler")).some((file) => file.endsWith(".wasm")));
  assert.match(run("bundler"), /^\d+ second\n$/);
});

test("webpack bundles for browsers", async () => {
  assert.equal(await bundle("web", { target: "web" }), "");
  assert.ok(readdirSync(join(folder, "web")).some((file) => file.endsWith(".wasm")));
});

test("a bundle for Node does not contain the package", async () => {
  assert.equal(await bundle("node", { target: "node", externals: { "podnetworking-policy": "commonjs podnetworking-policy" } }), "");
  assert.match(run("node"), /^\d+ second\n$/);
});
