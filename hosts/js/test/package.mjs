// The package that `make npm` made, and the files of the repository.
import { fileURLToPath } from "node:url";
import { join } from "node:path";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
export const PACKAGE = process.env.NPM_PACKAGE ?? join(ROOT, "target/npm");
