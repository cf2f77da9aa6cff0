/**
 * The house rule: bots receive, core decides, adapters touch the world, workers do what was deferred.
 * Each rule below is one line of the table in docs/architecture.md; tests/frame/dependency-rule.test.ts
 * plants an import against each and sees it refused.
 */
const test = "\\.(test|fixture)\\.tsx?$";
const production = "^(core|adapters|bots|workers|admin-web|manifests|deploy)/|^main\\.ts$";
const npm = "(^|/)node_modules/";

/** Pure libraries: no input or output of their own, the same in Node and in a browser. */
const pureLibraries = [
  "zod",
  "uuid",
  "stemmer",
  "gpt-tokenizer",
  "jstat",
  "lru-cache",
  "luxon",
  "marked",
].map((name) => `(^|/)node_modules/${name}/`);
const builtin = `^(node:)?(${require("node:module")
  .builtinModules.filter((name) => !name.startsWith("_"))
  .join("|")})$`;
const joint = "^adapters/connect(\\.ts$|/)";
const config = "^adapters/config(\\.ts$|/)";

const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    rule(
      "core-is-pure",
      "core imports core, a few pure libraries and node:crypto.",
      { path: "^core/", pathNot: test },
      { pathNot: ["^core/", "^(node:)?crypto$", ...pureLibraries] },
    ),
    rule(
      "core-tests-stay-in-core",
      "A test of core needs core, tests/ and npm packages; what needs an adapter is tested there or in tests/.",
      { path: `^core/.*${test}` },
      { path: "^(adapters|bots|workers|admin-web|deploy|manifests)/|^main\\.ts$" },
    ),
    rule(
      "adapter-imports-core",
      "An adapter imports core and packages, never a sibling.",
      { path: "^adapters/([^/]+)/", pathNot: [joint, config] },
      { path: production, pathNot: ["^core/", "^adapters/$1/"] },
    ),
    rule(
      "adapter-file-imports-core",
      "A single-file adapter imports core and packages, never a sibling.",
      { path: "^adapters/[^/]+$", pathNot: [joint, config] },
      { path: production, pathNot: ["^core/"] },
    ),
    rule(
      "config-imports-core",
      "adapters/config.ts imports core, zod, yaml and Node.",
      { path: config, pathNot: test },
      { pathNot: ["^core/", config, `${npm}(zod|yaml)/`, builtin] },
    ),
    rule(
      "connect-joins-adapters",
      "adapters/connect.ts joins adapters and core; it knows neither bots nor workers.",
      { path: joint },
      { path: production, pathNot: ["^core/", "^adapters/"] },
    ),
    rule(
      "bots-import-core",
      "bots import core, adapters/connect and adapters/config.",
      { path: "^bots/" },
      { path: production, pathNot: ["^core/", "^bots/", joint, config] },
    ),
    rule(
      "workers-import-core",
      "workers import core, adapters/connect and adapters/config.",
      { path: "^workers/" },
      { path: production, pathNot: ["^core/", "^workers/", joint, config] },
    ),
    rule(
      "contract-runs-in-a-browser",
      "The HTTP contract is shared with the page: it imports core and zod.",
      { path: "^bots/http/contract/", pathNot: test },
      { pathNot: ["^core/", "^bots/http/contract/", `${npm}zod(-openapi)?/`] },
    ),
    rule(
      "page-imports-contract",
      "The page knows the server by the HTTP contract alone.",
      { path: "^admin-web/" },
      { path: production, pathNot: ["^admin-web/", "^bots/http/contract/"] },
    ),
    rule(
      "page-reaches-no-node",
      "What the page imports, directly or not, must run in a browser.",
      { path: "^admin-web/", pathNot: [test, "^admin-web/vite\\.config\\.ts$"] },
      { path: builtin, reachable: true },
    ),
    rule(
      "deploy-stands-alone",
      "The build and the manifests' scripts run before the application exists.",
      { path: "^(deploy|manifests)/", pathNot: test },
      { path: production, pathNot: ["^core/", "^(deploy|manifests)/"] },
    ),
    rule(
      "tests-stay-outside",
      "Nothing that ships imports a test or what tests use.",
      { path: production, pathNot: test },
      { path: ["^tests/", test] },
    ),
    rule(
      "no-development-package",
      "What runs in production is listed under dependencies.",
      { path: "^(core|adapters|bots|workers)/|^main\\.ts$", pathNot: test },
      { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"], pathNot: `${npm}@types/` },
    ),
    rule(
      "listed-packages-only",
      "A package that is imported is listed in package.json.",
      {},
      { dependencyTypes: ["npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["type-only"] },
    ),
    rule("no-unresolvable", "An import leads somewhere.", {}, { couldNotResolve: true }),
    rule("no-cycles", "Files do not import each other in a circle.", {}, { circular: true }),
    rule(
      "no-orphans",
      "A file is imported, or imports something.",
      { orphan: true, path: "^(core|adapters|bots|workers)/", pathNot: [test, "\\.d\\.ts$"] },
      {},
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|data|coverage)/|(^|/)generated/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    moduleSystems: ["es6", "cjs"],
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".cjs", ".json", ".d.ts"],
    },
    skipAnalysisNotInRules: true,
    cache: { folder: "node_modules/.cache/dependency-cruiser", strategy: "content" },
  },
};
