export { check, decide, decideText, explain, rules, validate, validateSettings } from "./node.cjs";
