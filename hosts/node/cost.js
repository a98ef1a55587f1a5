// What a decision costs in @wapc/host: milliseconds of the processor, with 10 and with 1,000 PodNetworkings in the payload.
import wapc from '@wapc/host';
import { readFile } from 'node:fs/promises';

const { request, namespace, podNetworking } = JSON.parse(await readFile('../cost.json'));
const host = await wapc.instantiate(await readFile(process.argv[2]), () => {
  throw new Error('this host has no cluster');
});
for (const [count, rounds] of [[10, 2000], [1000, 100]]) {
  const podNetworkings = Array.from({ length: count }, (_, index) => JSON.parse(JSON.stringify(podNetworking).replaceAll('@', index)));
  const payload = JSON.stringify({ request, settings: { platform: 'ack' }, context: { podNetworkings, namespaces: [namespace] } });
  const decide = async () => JSON.parse(new TextDecoder().decode(await host.invoke('decide', new TextEncoder().encode(payload))));
  if ((await decide()).selected !== 'podnetworking-2') throw new Error('another decision');
  const start = process.cpuUsage();
  for (let round = 0; round < rounds; round += 1) await decide();
  const { user, system } = process.cpuUsage(start);
  console.log(`node, @wapc/host: ${count} PodNetworkings: ${((user + system) / rounds / 1000).toFixed(2)} ms`);
}
