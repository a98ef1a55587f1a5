export { check, decide, decideText, explain, rules, validateSettings } from "./node.cjs";
