// The folders of the repository and of the package that `make npm` builds.
import { fileURLToPath } from "node:url";
import { join } from "node:path";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
export const PACKAGE = process.env.NPM_PACKAGE ?? join(ROOT, "target/npm");
