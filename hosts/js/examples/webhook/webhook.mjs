// An admission webhook: AdmissionReviews in, AdmissionReviews out.
import { createServer } from "node:https";
import { json } from "node:stream/consumers";
import { validate } from "podnetworking-policy";
import { jsonPatch } from "./json-patch.mjs";

/**
 * `facts` is called for each request and returns `{ podNetworkings, namespaces }`. If it fails, requests that need cluster
 * data are denied.
 */
export function createWebhook({ key, cert, settings, facts }) {
  return createServer({ key, cert }, async (request, response) => {
    const send = (status, body) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    try {
      const review = await json(request);
      if (typeof review?.request?.uid !== "string") return send(400, { error: "not an AdmissionReview" });
      const context = await Promise.resolve().then(facts).catch((error) => {
        console.error(`cannot read cluster data: ${error.message}`);
        return {};
      });
      const answer = validate({ request: review.request, settings, context });
      send(200, { apiVersion: review.apiVersion, kind: review.kind, response: admission(review.request, answer) });
    } catch (error) {
      send(400, { error: error.message });
    }
  });
}

/** The `response` of an AdmissionReview. */
function admission(request, { accepted, message, code, warnings, mutated_object, audit_annotations }) {
  const response = { uid: request.uid, allowed: accepted, warnings, auditAnnotations: audit_annotations };
  if (!accepted) response.status = { code, message };
  if (mutated_object) {
    const patch = jsonPatch(request.object, mutated_object);
    response.patchType = "JSONPatch";
    response.patch = Buffer.from(JSON.stringify(patch)).toString("base64");
  }
  return response;
}
