// The JSON Patch that turns `before` into `after`. It names only what differs.
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

export function jsonPatch(before, after, path = "") {
  if (before === after) return [];
  if (isObject(before) && isObject(after)) {
    const step = (key) => `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
    return [
      ...removed.map((key) => ({ op: "remove", path: step(key) })),
      ...Object.entries(after).flatMap(([key, value]) =>
        Object.hasOwn(before, key) ? jsonPatch(before[key], value, step(key)) : [{ op: "add", path: step(key), value }],
      ),
    ];
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const common = Math.min(before.length, after.length);
    return [
      ...after.slice(0, common).flatMap((value, index) => jsonPatch(before[index], value, `${path}/${index}`)),
      ...after.slice(common).map((value) => ({ op: "add", path: `${path}/-`, value })),
      // From the end, so that the other indices stay the same.
      ...before.slice(common).map((_, index) => ({ op: "remove", path: `${path}/${before.length - 1 - index}` })),
    ];
  }
  return [{ op: "replace", path, value: after }];
}
