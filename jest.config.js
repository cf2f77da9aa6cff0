/** @type {import("jest").Config} */
export default {
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts", ".tsx"],
  transform: { "^.+\\.tsx?$": "@swc/jest" },
  testMatch: ["<rootDir>/{core,adapters,bots,workers,tests,deploy,manifests,admin-web}/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "/dist/", "/data/"],
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/data/"],
  globalSetup: "<rootDir>/tests/support/jest-global-setup.ts",
  globalTeardown: "<rootDir>/tests/support/jest-global-teardown.ts",
  cacheDirectory: "node_modules/.cache/jest",
  testTimeout: 180_000,
  maxWorkers: 2,
};
