import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Workplace, workplace } from "./cli.fixture.ts";
import { findFiles } from "./find-files.ts";

let place: Workplace;
beforeAll(async () => {
  place = await workplace();
});
afterAll(() => place.remove());

describe("findFiles", () => {
  it("finds what is read below the folder, by name, and tells the rest", async () => {
    for (const name of ["b.md", "a/x.PDF", "a/.hidden/y.md", ".env", "photo.png", "a/no-extension"])
      await place.write(`found/${name}`, "text");
    const folder = join(place.folder, "found");
    await symlink(join(folder, "b.md"), join(folder, "link.md"));
    await symlink(folder, join(folder, "a", "circle"));
    await symlink(join(folder, "gone.md"), join(folder, "dangling.md"));
    const { readable, others } = await findFiles(folder);
    expect(readable.map(({ name }) => name)).toEqual(["a/x.PDF", "b.md", "link.md"]);
    expect(others).toEqual(["a/no-extension", "photo.png"]);
  });

  it("takes a single file, and rejects a path that leads nowhere", async () => {
    const path = await place.write("single.md", "text");
    expect(await findFiles(path)).toEqual({ readable: [{ path, name: "single.md" }], others: [] });
    await expect(findFiles(join(place.folder, "missing"))).rejects.toThrow("ENOENT");
  });
});
