// Checks the manifests of a folder: node check.mjs FOLDER [SETTINGS]
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { check } from "podnetworking-policy";

const [folder = ".", settings] = process.argv.slice(2);
const isManifest = (file) => /\.(ya?ml|json)$/.test(file) && !/(^|[\\/])node_modules[\\/]/.test(file);
const files = (await readdir(folder, { recursive: true })).filter(isManifest).sort();
const read = async (file) => ({ name: join(folder, file), text: await readFile(join(folder, file), "utf8") });
const manifests = await Promise.all(files.map(read));

const WORDS = { deny: "error", warn: "warning" };
const show = ({ file, line, column, severity, rule, object, message, help }) =>
  console.log(`${file}:${line}:${column}: ${WORDS[severity]}[${rule}]: ${object.kind} ${object.name}: ${message}; ${help}`);

try {
  const { findings } = check(manifests, { settings: settings && (await readFile(settings, "utf8")) });
  findings.forEach(show);
  process.exitCode = findings.some((finding) => finding.severity === "deny") ? 1 : 0;
} catch (error) {
  if (error.name !== "PolicyError") throw error;
  // A file cannot be read. The other files were checked.
  error.result?.findings.forEach(show);
  console.error(error.message);
  process.exitCode = 2;
}
