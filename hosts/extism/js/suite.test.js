import createPlugin from '@extism/extism';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const MODULE = process.env.EXTISM_WASM ?? at('podnetworking.extism.wasm');
const plugin = await createPlugin(MODULE);
after(() => plugin.close());

/** What a function of the plug-in answers. The SDK has null for an answer without bytes. */
const call = async (name, input) => (await plugin.call(name, input))?.text() ?? '';
const json = async (name, input) => JSON.parse(await call(name, typeof input === 'string' ? input : JSON.stringify(input)));

/** The payload of a line, with what its host answers: the plug-in asks for nothing. */
const withAnswers = ({ payload, hostAnswers }) => {
  const context = {};
  for (const { operation, request, response } of hostAnswers) {
    if (response === undefined || operation === 'can_i') continue;
    if (operation === 'get_resource') context.namespaces ??= `[${response}]`;
    else context[JSON.parse(request).kind === 'PodNetworking' ? 'podNetworkings' : 'namespaces'] = response;
  }
  const members = Object.entries(context).map(([key, value]) => `"${key}":${value}`);
  return members.length === 0 ? payload : `${payload.replace(/}$/, '')},"context":{${members}}}`;
};

test('the conformance suite', async () => {
  assert.equal(readFileSync(at('conformance/version'), 'utf8').trim(), '1');
  const lines = readFileSync(at('conformance/cases.jsonl'), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
  for (const line of lines) {
    const { name, hostAnswers, decision } = line;
    const payload = withAnswers(line);
    const found = await json('decide', payload);
    if (hostAnswers.some(({ error }) => error !== undefined)) {
      // What cannot be read is reported in the words of a host.
      for (const { findings } of [found, decision]) {
        for (const finding of findings.filter(({ rule }) => rule === 'facts-unavailable')) delete finding.message;
      }
    }
    assert.deepEqual(found, decision, name);
    const { accepted, mutated_object: mutatedObject = null } = await json('validate', payload);
    assert.deepEqual({ accepted, mutatedObject }, { accepted: decision.decision === 'allow', mutatedObject: decision.mutatedObject }, name);
  }
  assert.ok(lines.length > 1000, `${lines.length} lines`);
});

test('numbers keep their digits', async () => {
  const payload = JSON.parse(readFileSync(at('hosts/extism/payload.json'), 'utf8'));
  payload.context.podNetworkings.pop();
  payload.context.podNetworkings[0].status = { status: 'Ready', vSwitches: [{ id: 'vsw-bp1', zone: 'zone-a' }] };
  const text = JSON.stringify(payload).replace('"containers"', '"priority":9007199254740993,"x":1.0,"containers"');
  assert.match(await call('decide', text), /"mutatedObject":\{.*"priority":9007199254740993,"x":1\.0,/);
});

test('settings are checked', async () => {
  assert.deepEqual(await json('validate_settings', { platform: 'ack' }), { valid: true });
  const { valid, message } = await json('validate_settings', { rules: { overlp: 'deny' }, platfrom: 'ack' });
  assert.equal(valid, false);
  assert.equal(message.split('\n').length, 2);
  await assert.rejects(plugin.call('validate_settings', new Uint8Array([0xff])), /utf-8/);
});

/** What is thrown, as the plug-in wrote it. */
const thrown = async (name, input) => {
  try {
    await plugin.call(name, JSON.stringify(input));
  } catch (error) {
    return JSON.parse(error.message.slice(error.message.indexOf('{')));
  }
  throw assert.fail('nothing was thrown');
};

const { check, explain } = createRequire(import.meta.url)(join(process.env.NPM_PACKAGE ?? at('target/npm'), 'node.cjs'));
const overlapping = (name) =>
  `apiVersion: network.alibabacloud.com/v1beta1\nkind: PodNetworking\nmetadata: {name: ${name}}\n` +
  'spec: {selector: {podSelector: {matchLabels: {app: web}}}, vSwitchOptions: [vsw-a]}\n';
const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', labels: { app: 'web' } }, spec: { containers: [] } };
const QUESTIONS = [
  ['', null],
  [pod, { context: [overlapping('first'), overlapping('second')] }],
  [[overlapping('first'), { name: 'b.yaml', text: overlapping('second') }, pod], { namespace: 'shop', settings: 'platform: ack' }],
  ['a: 1\nb: [\n', {}],
  [[overlapping('first'), { name: 'broken.yaml', text: 'a: [' }], { settings: { rules: { overlap: 'warn' } } }],
  [pod, { settings: { rules: { overlp: 'deny' }, platfrom: 'ack' } }],
  [pod, { settings: '{a' }],
  [pod, { settings: 3 }],
  [pod, { context: 3 }],
  [pod, { namespace: 3 }],
  [['', 3], {}],
  [[{ name: 3, text: '' }], {}],
  [[{ name: 'a', text: 3 }], {}],
  ...readdirSync(at('examples'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const text = (file) => {
        try {
          return { name: file, text: readFileSync(at(`examples/${name}/${file}`), 'utf8') };
        } catch {
          return undefined;
        }
      };
      return [[text('manifests.yaml')], { settings: text('policy.yaml')?.text, context: text('cluster.yaml') }];
    }),
];

/** The result of the npm package; for an error, what it has beside the message of a type. */
const ofPackage = (call) => {
  try {
    return { result: call() };
  } catch (error) {
    const { path, line, column, faults, result } = error;
    return { error: { path, line, column, faults: faults.map(({ message, ...rest }) => rest), result } };
  }
};
const ofPlugin = async (name, input) => {
  try {
    return { result: await json(name, input) };
  } catch (error) {
    const { path, line, column, faults, result } = JSON.parse(error.message.slice(error.message.indexOf('{')));
    return { error: { path, line, column, faults: faults.map(({ message, ...rest }) => rest), result } };
  }
};

test('check and explain answer as those of the npm package', async () => {
  let results = 0;
  for (const [manifests, options] of QUESTIONS) {
    for (const [name, function_] of [['check', check], ['explain', explain]]) {
      const expected = ofPackage(() => function_(manifests, options));
      const found = await ofPlugin(name, { manifests, options });
      assert.deepEqual(JSON.parse(JSON.stringify(found)), JSON.parse(JSON.stringify(expected)), `${name} ${JSON.stringify([manifests, options])}`);
      results += expected.result ? 1 : 0;
    }
  }
  assert.ok(results > 8, `${results} results`);
});

test('an error has its message, and a misspelt argument is one', async () => {
  const { message, path } = await thrown('check', { manifests: { name: 'broken.yaml', text: 'a: 1\nb: [\n' } });
  assert.equal(path, 'broken.yaml');
  assert.match(message, /^broken\.yaml:\d+:\d+: /);
  assert.match((await thrown('check', { manifests: '', option: {} })).message, /unknown field `option`/);
  assert.match((await thrown('check', { manifests: '', options: { setings: {} } })).message, /unknown field `setings`/);
  assert.match((await thrown('explain', {})).message, /missing field `manifests`/);
});

test('the example', () => {
  const output = execFileSync(process.execPath, ['example.js', MODULE, '../payload.json'], { cwd: at('hosts/extism/js'), encoding: 'utf8' });
  assert.match(output, /^deny\ndeny ambiguous-pod /);
});
