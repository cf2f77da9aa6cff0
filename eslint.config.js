import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const tests = ["**/*.test.ts", "**/*.test.tsx", "**/*.fixture.ts", "tests/**"];
const application = ["main.ts", "core/**", "adapters/**", "bots/**", "workers/**"];

const defaultExport = {
  selector: "ExportDefaultDeclaration",
  message: "Export by name, so that the word is the same everywhere.",
};
const currentTime = [
  "CallExpression[callee.object.name='Date'][callee.property.name='now']",
  "NewExpression[callee.name='Date'][arguments.length=0]",
].map((selector) => ({ selector, message: "Time comes from the Clock that was passed in (core/clock.ts)." }));

export default defineConfig(
  globalIgnores(["**/dist/", "data/", "coverage/", "**/generated/"]),
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/consistent-type-exports": "error",
      "@typescript-eslint/no-import-type-side-effects": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      "@typescript-eslint/no-floating-promises": "error",
      // Express and event emitters take async callbacks; what is returned is still checked.
      "@typescript-eslint/no-misused-promises": [
        "error",
        { checksVoidReturn: { arguments: false, attributes: false, properties: false } },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // Wrong about a variable that a callback sets: it takes the first value for the only one.
      "@typescript-eslint/no-unnecessary-condition": "off",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      // A port's method is async by contract, whether or not an implementation waits.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-empty-function": "off",
      // Spreading a string into code points is what text analysis wants.
      "@typescript-eslint/no-misused-spread": "off",
      // `newId<TurnId>()` names a brand that is used once, on purpose.
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      // Ports and stores are object literals of closures, which need no `this`.
      "@typescript-eslint/unbound-method": "off",
      // `x === undefined || x.end < start` says what it means; the chain hides the undefined case.
      "@typescript-eslint/prefer-optional-chain": "off",
      // It asks for `x!`, which no-non-null-assertion refuses.
      "@typescript-eslint/non-nullable-type-assertion-style": "off",
    },
  },
  {
    files: ["**/*.ts", "**/*.tsx", "**/*.js", "**/*.mjs", "**/*.cjs"],
    rules: {
      // Cleaning control characters out of what people send is part of the work.
      "no-control-regex": "off",
      eqeqeq: ["error", "always", { null: "ignore" }],
      "max-lines": ["error", { max: 400 }],
      "no-restricted-properties": [
        "error",
        { object: "process", property: "env", message: "Only adapters/config.ts reads the environment." },
      ],
      "no-restricted-imports": [
        "error",
        {
          paths: [
            {
              name: "node:process",
              importNames: ["env"],
              message: "Only adapters/config.ts reads the environment.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["adapters/config.ts", ...tests, "deploy/**", ".ci/**", "*.config.js"],
    rules: { "no-restricted-properties": "off", "no-restricted-imports": "off" },
  },
  {
    files: application,
    rules: { "no-restricted-syntax": ["error", defaultExport], "no-console": "error" },
  },
  {
    files: ["core/**"],
    ignores: ["core/clock.ts", ...tests],
    rules: {
      "no-restricted-syntax": ["error", defaultExport, ...currentTime],
      "no-restricted-globals": ["error", "process", "fetch", "Buffer", "localStorage", "window"],
    },
  },
  {
    files: ["admin-web/**/*.ts", "admin-web/**/*.tsx"],
    extends: [reactHooks.configs.flat["recommended-latest"]],
  },
  {
    files: tests,
    rules: {
      "no-console": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
    },
  },
  {
    // Inner loops over arrays: an index below the length is never undefined, and a check would cost time.
    files: ["adapters/search/**", "adapters/datasets/**", "core/text/**", "core/evaluation/**"],
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/prefer-for-of": "off",
    },
  },
  {
    files: ["**/*.js", "**/*.mjs", "**/*.cjs"],
    languageOptions: {
      globals: {
        console: "readonly",
        process: "readonly",
        URL: "readonly",
        module: "writable",
        performance: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        Buffer: "readonly",
        fetch: "readonly",
      },
    },
  },
);
