// Runs the webhook. TLS_KEY and TLS_CERT are the files of the certificate, SETTINGS is the file of the settings, and FACTS
// a file with cluster data; without FACTS the API server is asked. PORT is the port, 8443 by default.
import { readFile } from "node:fs/promises";
import { validateSettings } from "podnetworking-policy";
import { factsFromCluster, factsFromFile } from "./facts.mjs";
import { createWebhook } from "./webhook.mjs";

const { TLS_KEY = "tls.key", TLS_CERT = "tls.crt", FACTS, SETTINGS, PORT = "8443" } = process.env;
const [key, cert] = await Promise.all([readFile(TLS_KEY), readFile(TLS_CERT)]);
const settings = SETTINGS && (await readFile(SETTINGS, "utf8"));
const { valid, message } = validateSettings(settings);
if (!valid) throw new Error(`invalid settings:\n${message}`);

const facts = FACTS ? factsFromFile(FACTS) : factsFromCluster();
const server = createWebhook({ key, cert, settings, facts });
server.listen(Number(PORT), () => console.log(`listening on port ${server.address().port}`));
process.on("SIGTERM", () => server.close());
