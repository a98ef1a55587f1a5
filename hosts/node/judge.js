// Judges an admission request: `node judge.js ../../policy.wasm payload.json`, where the payload is
// `{"request": ..., "settings": ..., "context": ...}`. Exits 1 where the request is denied.

import { readFile } from 'node:fs/promises';
import { instantiate } from './policy.js';

const [module, payload] = process.argv.slice(2);
if (!payload) {
  console.error('usage: node judge.js POLICY.wasm PAYLOAD.json');
  process.exit(2);
}
const policy = await instantiate(await readFile(module));
const { request, settings, context } = JSON.parse(await readFile(payload, 'utf8'));
const decision = await policy.decide(request, settings, context);
for (const finding of decision.findings) {
  console.log(`${finding.severity} [${finding.rule}] ${finding.path}: ${finding.message}; ${finding.help}`);
}
console.log(decision.decision);
process.exitCode = decision.decision === 'allow' ? 0 : 1;
