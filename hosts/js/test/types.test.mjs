// The types of the package: a program that uses all of them compiles, and programs with wrong types do not.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createRequire } from "node:module";
import { after, test } from "node:test";
import { PACKAGE } from "./package.mjs";

const folder = mkdtempSync(join(tmpdir(), "podnetworking-types-"));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, "node_modules"));
cpSync(PACKAGE, join(folder, "node_modules/podnetworking-policy"), { recursive: true });
writeFileSync(join(folder, "package.json"), '{"type":"module"}');

const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
const compile = (name, text, ...more) => {
  const file = join(folder, name);
  writeFileSync(file, text);
  const flags = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom", "--types", ""];
  try {
    execFileSync(process.execPath, [tsc, ...flags, ...more, file], { cwd: folder, encoding: "utf8", stdio: "pipe" });
    return "";
  } catch (error) {
    return error.stdout + error.stderr;
  }
};

const PROGRAM = `
import { check, decide, decideText, explain, rules, validate, validateSettings } from "podnetworking-policy";
import type { Context, Decision, Finding, PolicyError, Rule, Settings } from "podnetworking-policy";
const settings: Settings = { platform: "ack", rules: { overlap: "off" }, inventory: { vSwitches: { "vsw-a": { zone: "z" } } } };
const context: Context = { podNetworkings: [], namespaces: { items: [] }, live: false };
const decision: Decision = decide({ request: {}, settings, context });
const findings: Finding[] = decision.findings;
const text: string = decideText("{}") + findings[0]?.witness?.podLabels["app"];
const { decision: verdict, findings: located } = check([{ name: "a.yaml", text }, text], { settings: "platform: ack" });
const line: number | undefined = verdict === "deny" ? located[0]?.line : located[0]?.related?.[0]?.column;
const selected: string[] | undefined = explain(text).pods[0]?.selected;
const all: Rule[] = rules();
const accepted: boolean = validate({ request: "{}" }).accepted && validateSettings().valid;
try { check(text, null); } catch (error) { const path: string = (error as PolicyError).path; void path; }
void [line, selected, all, accepted];
`;

for (const [name, ...resolution] of [
  ["node.mts", "--module", "nodenext"],
  ["node.cts", "--module", "nodenext"],
  ["bundler.ts", "--module", "esnext", "--moduleResolution", "bundler"],
]) {
  test(`the types compile in ${name}`, () => assert.equal(compile(name, PROGRAM, ...resolution), ""));
}

test("the types of the web target compile", () => {
  const program = PROGRAM.replaceAll('"podnetworking-policy"', '"podnetworking-policy/web"').replace("import {", "import init, {");
  assert.equal(compile("web.mts", `${program}\nawait init();`, "--module", "nodenext"), "");
});

test("wrong types do not compile", () => {
  for (const wrong of ["decide(3)", "decideText({})", 'validateSettings({ platform: "aws" })', "check()", "decide({})"]) {
    const program = `import { check, decide, decideText, validateSettings } from "podnetworking-policy";\n${wrong};`;
    assert.match(compile("wrong.mts", program, "--module", "nodenext"), /error TS/, wrong);
  }
});
