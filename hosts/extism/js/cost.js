// What a decision costs in Extism's SDK for JavaScript: milliseconds of the processor, with 10 and with 1,000 PodNetworkings.
import createPlugin from '@extism/extism';
import { readFile } from 'node:fs/promises';

const { request, namespace, podNetworking } = JSON.parse(await readFile('../../cost.json'));
const plugin = await createPlugin(process.argv[2]);
for (const [count, rounds] of [[10, 500], [1000, 20]]) {
  const podNetworkings = Array.from({ length: count }, (_, index) => JSON.parse(JSON.stringify(podNetworking).replaceAll('@', index)));
  const payload = JSON.stringify({ request, settings: { platform: 'ack' }, context: { podNetworkings, namespaces: [namespace] } });
  const decide = async () => (await plugin.call('decide', payload)).json();
  if ((await decide()).selected !== 'podnetworking-2') throw new Error('another decision');
  const start = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) await decide();
  const { user, system } = process.cpuUsage(start);
  console.log(`node, @extism/extism: ${count} PodNetworkings: ${((user + system) / rounds / 1000).toFixed(2)} ms`);
}
await plugin.close();
