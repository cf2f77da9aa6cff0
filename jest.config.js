/** @type {import("jest").Config} */
export default {
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts", ".tsx"],
  transform: { "^.+\\.tsx?$": "@swc/jest" },
  testMatch: ["<rootDir>/{core,adapters,bots,workers,tests,admin-web}/**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "/dist/", "/data/"],
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/data/"],
  testTimeout: 30_000,
  maxWorkers: 2,
};
