// Runs the webhook. TLS_KEY and TLS_CERT name its certificate; FACTS a file with the facts, which come from the
// cluster otherwise; SETTINGS a file with the settings; PORT the port, 8443 where absent.
import { readFile } from "node:fs/promises";
import { validateSettings } from "podnetworking-policy";
import { factsFromCluster, factsFromFile } from "./facts.mjs";
import { createWebhook } from "./webhook.mjs";

const { TLS_KEY = "tls.key", TLS_CERT = "tls.crt", FACTS, SETTINGS, PORT = "8443" } = process.env;
const [key, cert] = await Promise.all([readFile(TLS_KEY), readFile(TLS_CERT)]);
const settings = SETTINGS && (await readFile(SETTINGS, "utf8"));
const { valid, message } = validateSettings(settings);
if (!valid) throw new Error(`the settings are not valid:\n${message}`);

const facts = FACTS ? factsFromFile(FACTS) : factsFromCluster();
const server = createWebhook({ key, cert, settings, facts });
server.listen(Number(PORT), () => console.log(`listening on port ${server.address().port}`));
process.on("SIGTERM", () => server.close());
