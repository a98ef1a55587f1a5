// policy.wasm in Node: a waPC host answers the host calls of the policy.

import wapc from '@wapc/host';

const encode = (value) => new TextEncoder().encode(JSON.stringify(value));
const decode = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

/**
 * Instantiates the policy.
 *
 * `facts` are the objects of a cluster: `{podNetworkings: [...], namespaces: [...]}`. The host calls of the policy are
 * answered with them. Without `facts`, pass the objects with each request, as `context`.
 */
export async function instantiate(module, facts) {
  const host = await wapc.instantiate(module, (binding, namespace, operation, payload) => {
    const call = `${namespace}/${operation}`;
    if (binding !== 'kubewarden' || !facts) {
      throw new Error(`this host has no cluster to answer ${call}`);
    }
    return encode(answer(facts, call, decode(payload)));
  });
  const call = async (operation, value) => decode(await host.invoke(operation, encode(value)));
  return {
    /** The whole decision: `{decision, findings, mutatedObject, selected}`. */
    decide: (request, settings = {}, context) => call('decide', { request, settings, context }),
    /** Kubewarden's ValidationResponse: `{accepted, message, code, warnings, mutated_object}`. */
    validate: (request, settings = {}, context) => call('validate', { request, settings, context }),
    /** `{valid, message}`. */
    validateSettings: (settings) => call('validate_settings', settings),
  };
}

/** Answers a host call as Kubewarden does, in the JSON of the Kubernetes API. */
function answer(facts, call, request) {
  const list = { PodNetworking: facts.podNetworkings, Namespace: facts.namespaces }[request.kind] ?? [];
  switch (call) {
    case 'kubernetes/list_resources_all':
      return { apiVersion: request.api_version, kind: `${request.kind}List`, metadata: {}, items: list };
    case 'kubernetes/get_resource': {
      const found = list.find((object) => object.metadata.name === request.name);
      if (!found) {
        throw new Error(`${request.kind} ${request.name} not found`);
      }
      return found;
    }
    case 'kubernetes/can_i':
      return { allowed: true };
    default:
      throw new Error(`this host does not know ${call}`);
  }
}
