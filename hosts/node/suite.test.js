import wapc from '@wapc/host';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

test('the conformance suite', async () => {
  assert.equal(readFileSync(at('conformance/version'), 'utf8').trim(), '1');
  let left;
  const host = await wapc.instantiate(readFileSync(process.env.POLICY ?? at('policy.wasm')), (binding, namespace, operation, payload) => {
    const made = { binding, namespace, operation, request: new TextDecoder().decode(payload) };
    const { response, error, ...call } = left.shift() ?? {};
    assert.deepEqual(made, call);
    if (error !== undefined) throw new Error(error);
    return new TextEncoder().encode(response);
  });
  const lines = readFileSync(at('conformance/cases.jsonl'), 'utf8').trimEnd().split('\n');
  for (const { name, payload, hostAnswers, decision } of lines.map((line) => JSON.parse(line))) {
    left = [...hostAnswers];
    const found = JSON.parse(new TextDecoder().decode(await host.invoke('decide', new TextEncoder().encode(payload))));
    // The library puts words of its own before the text of an error.
    if (hostAnswers.some(({ error }) => error !== undefined)) {
      for (const { findings } of [found, decision]) {
        for (const finding of findings.filter(({ rule }) => rule === 'facts-unavailable')) delete finding.message;
      }
    }
    assert.deepEqual(found, decision, name);
    assert.equal(left.length, 0, `${name}: ${left.length} calls were not made`);
  }
  assert.ok(lines.length > 1000, `${lines.length} lines`);
});
