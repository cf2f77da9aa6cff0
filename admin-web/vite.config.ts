import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `vite admin-web` finds the API while the page is developed. */
const api = "http://127.0.0.1:3978";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../dist/admin-web",
    emptyOutDir: true,
    target: "es2023",
    // Everything comes from this origin as a file: the content security policy allows no data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // In one file, so that the parser is set up before the contract's schemas are made.
        codeSplitting: {
          groups: [
            { name: "contract", test: /node_modules\/zod\/|\/bots\/http\/contract\/|\/parse-without-eval/ },
          ],
        },
      },
    },
  },
  server: { proxy: { "/v1": api } },
});
