import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The repository's root folder, with a trailing slash. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** What git tracks or would track, as paths relative to the root; generated and ignored files are absent. */
export function sourceFiles(): string[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  return listed.split("\n").filter((path) => path !== "");
}
