// Cluster data: from a file, or from the API server of the cluster in which the webhook runs.
import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { json } from "node:stream/consumers";

const PATHS = {
  podNetworkings: "/apis/network.alibabacloud.com/v1beta1/podnetworkings",
  namespaces: "/api/v1/namespaces",
};

/** Data from a file with the output of `kubectl get podnetworkings,namespaces -o json`. It is read for each request. */
export const factsFromFile = (file) => async () => {
  const { items } = JSON.parse(await readFile(file, "utf8"));
  const ofKind = (kind) => items.filter((item) => item.kind === kind);
  return { podNetworkings: ofKind("PodNetworking"), namespaces: ofKind("Namespace") };
};

/** Data from the API server. The service account needs `list` on both. In a large cluster, cache the answers. */
export function factsFromCluster({
  server = `https://${process.env.KUBERNETES_SERVICE_HOST}:${process.env.KUBERNETES_SERVICE_PORT}`,
  account = "/var/run/secrets/kubernetes.io/serviceaccount",
} = {}) {
  return async () => {
    const [ca, token] = await Promise.all([readFile(`${account}/ca.crt`), readFile(`${account}/token`, "utf8")]);
    const list = async (name) => [name, await get(new URL(PATHS[name], server), { ca, token })];
    return Object.fromEntries(await Promise.all(Object.keys(PATHS).map(list)));
  };
}

const get = (url, { ca, token }) =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token.trim()}`, accept: "application/json" };
    const answered = (response) => {
      if (response.statusCode === 200) return resolve(json(response));
      response.resume();
      reject(new Error(`${url.pathname}: status ${response.statusCode}`));
    };
    request(url, { ca, headers, timeout: 5000 }, answered)
      .on("timeout", function () {
        this.destroy(new Error(`${url.pathname}: no answer in 5 s`));
      })
      .on("error", reject)
      .end();
  });
