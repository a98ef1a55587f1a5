// Checks the manifests in the page, and decides the request of payload.json.
import init, { check, decide, explain } from "./package/web.js";

const element = (id) => document.getElementById(id);
const text = async (path) => (await fetch(path)).text();

const item = (tag, content) => Object.assign(document.createElement(tag), { textContent: content });

const show = () => {
  const manifests = { name: "manifests.yaml", text: element("manifests").value };
  const options = { settings: element("settings").value };
  try {
    const { decision, findings } = check(manifests, options);
    element("verdict").textContent = decision;
    const words = { deny: "error", warn: "warning" };
    const lines = findings.map(({ line, column, severity, rule, message }) => `${line}:${column} ${words[severity]}[${rule}]: ${message}`);
    element("findings").replaceChildren(...lines.map((line) => item("li", line)));
    const rows = explain(manifests, options).pods.map(({ object, selected }) => {
      const row = document.createElement("tr");
      row.append(item("td", `${object.kind} ${object.namespace}/${object.name}`), item("td", selected.join(", ")));
      return row;
    });
    element("pods").tBodies[0].replaceChildren(...rows);
  } catch (error) {
    if (error.name !== "PolicyError") throw error;
    element("verdict").textContent = error.message;
    element("findings").replaceChildren();
  }
};

await init();
const [manifests, settings, payload] = await Promise.all(["manifests.yaml", "policy.yaml", "payload.json"].map(text));
element("manifests").value = manifests;
element("settings").value = settings;
element("check").addEventListener("click", show);
show();
element("decision").textContent = JSON.stringify(decide(payload), null, 2);
element("check").disabled = false;
document.body.dataset.ready = "true";
