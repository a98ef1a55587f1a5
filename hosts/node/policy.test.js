import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { instantiate } from './policy.js';

const path = process.env.POLICY ?? fileURLToPath(new URL('../../policy.wasm', import.meta.url));
const module = readFileSync(path);

const podNetworking = (name, zone) => ({
  apiVersion: 'network.alibabacloud.com/v1beta1',
  kind: 'PodNetworking',
  metadata: { name },
  spec: {
    allocationType: { type: 'Elastic' },
    selector: { podSelector: { matchLabels: { foo: 'bar' } }, namespaceSelector: { matchLabels: { team: 'a' } } },
    securityGroupIDs: ['sg-bp1'],
    vSwitchOptions: ['vsw-bp1'],
  },
  status: { status: 'Ready', vSwitches: [{ id: 'vsw-bp1', zone }] },
});
const namespaces = [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default', labels: { team: 'a' } } }];
const request = {
  uid: 'u',
  kind: { group: '', version: 'v1', kind: 'Pod' },
  operation: 'CREATE',
  namespace: 'default',
  object: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', labels: { foo: 'bar' } },
    spec: { containers: [{ name: 'web', image: 'nginx' }] },
  },
};
const one = { podNetworkings: [podNetworking('example', 'cn-hangzhou-h')], namespaces };
const two = { podNetworkings: [...one.podNetworkings, podNetworking('other', 'cn-hangzhou-h')], namespaces };

test('cluster data comes with the request', async () => {
  const policy = await instantiate(module);
  const decision = await policy.decide(request, {}, one);
  assert.equal(decision.decision, 'allow');
  assert.equal(decision.selected, 'example');
  const { metadata, spec } = decision.mutatedObject;
  assert.equal(metadata.annotations['k8s.aliyun.com/pod-networking'], 'example');
  const [term] = spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms;
  assert.deepEqual(term.matchExpressions[0].values, ['cn-hangzhou-h']);
});

test('cluster data comes from the host', async () => {
  const policy = await instantiate(module, two);
  const response = await policy.validate(request, { preflight: { user: 'someone' } });
  assert.equal(response.accepted, false);
  assert.match(response.message, /^\[ambiguous-pod\]/);
});

test('one instance decides many requests', async () => {
  const policy = await instantiate(module);
  const first = await policy.decide(request, {}, one);
  assert.equal((await policy.decide(request, {}, two)).decision, 'deny');
  assert.deepEqual(await policy.decide(request, {}, one), first);
});

test('a request is denied with the reason if the host has no cluster', async () => {
  const policy = await instantiate(module);
  const decision = await policy.decide(request);
  assert.equal(decision.decision, 'deny');
  assert.equal(decision.findings[0].rule, 'facts-unavailable');
  assert.match(decision.findings[0].message, /no cluster/);
});

test('settings are validated with all problems at once', async () => {
  const policy = await instantiate(module);
  assert.equal((await policy.validateSettings({ platform: 'ack' })).valid, true);
  const response = await policy.validateSettings({ platform: 'aks', rules: { overlpa: 'deny' } });
  assert.equal(response.valid, false);
  assert.match(response.message, /platform[^]*rules\.overlpa/);
});

test('judge.js prints the findings and exits with 1 for a denial', () => {
  const folder = mkdtempSync(join(tmpdir(), 'judge-'));
  const judge = fileURLToPath(new URL('judge.js', import.meta.url));
  writeFileSync(join(folder, 'one.json'), JSON.stringify({ request, context: one }));
  writeFileSync(join(folder, 'two.json'), JSON.stringify({ request, context: two }));
  assert.match(execFileSync(process.execPath, [judge, path, join(folder, 'one.json')], { encoding: 'utf8' }), /allow\n$/);
  const denied = spawnSync(process.execPath, [judge, path, join(folder, 'two.json')], { encoding: 'utf8' });
  assert.equal(denied.status, 1);
  assert.match(denied.stdout, /^error\[ambiguous-pod\]: /);
});

test('the example in docs/hosting.md runs', () => {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const page = readFileSync(new URL('../../docs/hosting.md', import.meta.url), 'utf8');
  const [, example] = page.match(/```js\n([^]*?)```/);
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', example], { cwd: folder, encoding: 'utf8' });
  assert.equal(output, "deny [ 'ambiguous-pod' ]\n");
});
