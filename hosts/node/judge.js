// Decides an admission request: `node judge.js ../../policy.wasm payload.json`. The payload is
// `{"request": ..., "settings": ..., "context": ...}`. The exit status is 1 if the request is denied.

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
  const word = finding.severity === 'deny' ? 'error' : 'warning';
  console.log(`${word}[${finding.rule}]: ${finding.path}: ${finding.message}; ${finding.help}`);
}
console.log(decision.decision);
process.exitCode = decision.decision === 'allow' ? 0 : 1;
