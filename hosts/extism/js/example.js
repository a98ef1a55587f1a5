import createPlugin from '@extism/extism';
import { readFile } from 'node:fs/promises';

const [module, payload] = process.argv.slice(2);
const plugin = await createPlugin(module);
const answer = await plugin.call('decide', await readFile(payload));
const { decision, findings } = answer.json();
console.log(decision);
for (const { rule, severity, message } of findings) console.log(severity, rule, message);
await plugin.close();
