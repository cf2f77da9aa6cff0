import { createDecipheriv, randomBytes } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { isExpertError } from "../../core/errors.ts";
import { createSecretBox, type EncryptionKey } from "./secret-box.ts";

const key = (id: string): EncryptionKey => ({ id, key: randomBytes(32) });
const old = key("2026-07");
const recent = key("2026.10");
const context = "installation:slack:T1";
const secret = "xoxb-not-a-real-token-ก";

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (isExpertError(error)) return error.code;
    throw error;
  }
  return "none";
};
const partsOf = (sealed: string): string[] => sealed.split(".");

describe("a secret box", () => {
  it.each([
    ["a token", secret],
    ["nothing", ""],
    ["much", "long ".repeat(10_000)],
  ])("gives back %s as it was, and shows nothing of it", (_what, text) => {
    const box = createSecretBox([old]);
    const sealed = box.seal(text, context);
    expect(sealed).toMatch(/^v1\.2026-07\.[\w-]{16}\.[\w-]*\.[\w-]{22}$/);
    expect(box.open(sealed, context)).toBe(text);
    if (text !== "") expect(sealed).not.toContain(text);
  });

  it("never seals alike", () => {
    const box = createSecretBox([old]);
    const sealed = Array.from({ length: 50 }, () => box.seal(secret, context));
    expect(new Set(sealed.map((text) => partsOf(text)[2])).size).toBe(50);
  });

  it("writes AES-256-GCM with the context as additional data, as any other program reads it", () => {
    const [, , iv = "", text = "", tag = ""] = partsOf(createSecretBox([old]).seal(secret, context));
    const bytes = (part: string): Buffer => Buffer.from(part, "base64url");
    const decipher = createDecipheriv("aes-256-gcm", old.key, bytes(iv));
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(bytes(tag));
    expect(decipher.update(bytes(text), undefined, "utf8") + decipher.final("utf8")).toBe(secret);
  });

  it("seals with the first key, opens with each, and tells which are not the first's", () => {
    const before = createSecretBox([old]).seal(secret, context);
    const box = createSecretBox([recent, old]);
    const after = box.seal(secret, context);
    expect(after.startsWith("v1.2026.10.")).toBe(true);
    expect([before, after].map((sealed) => box.open(sealed, context))).toEqual([secret, secret]);
    expect([before, after].map((sealed) => box.isCurrent(sealed))).toEqual([false, true]);
    expect(createSecretBox([old, recent]).isCurrent(after)).toBe(false);
  });

  it("says which key is gone", () => {
    const sealed = createSecretBox([old]).seal(secret, context);
    const box = createSecretBox([recent]);
    expect(codeOf(() => box.open(sealed, context))).toBe("configuration_invalid");
    expect(() => box.open(sealed, context)).toThrow(/key 2026-07/);
  });

  it("does not open with another key of the same id", () => {
    const sealed = createSecretBox([old]).seal(secret, context);
    expect(codeOf(() => createSecretBox([key(old.id)]).open(sealed, context))).toBe("internal");
  });

  it.each(["installation:slack:T2", "installation:slack:T1 ", ""])("does not open as %j", (other) => {
    const box = createSecretBox([old]);
    const sealed = box.seal(secret, context);
    expect(codeOf(() => box.open(sealed, other))).toBe("internal");
  });

  it("does not open once any bit of it was changed", () => {
    const box = createSecretBox([old]);
    const sealed = box.seal(secret, context);
    for (const place of [2, 3, 4]) {
      const bytes = Buffer.from(partsOf(sealed)[place] ?? "", "base64url");
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const changed = Buffer.from(bytes);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const forged = partsOf(sealed).with(place, changed.toString("base64url")).join(".");
        expect(codeOf(() => box.open(forged, context))).toBe("internal");
      }
    }
  });

  it.each([
    ["nothing", () => ""],
    ["text", () => secret],
    ["a part less", (sealed: string) => sealed.split(".").slice(0, -1).join(".")],
    ["a shorter tag", (sealed: string) => sealed.slice(0, -4)],
    ["no tag", (sealed: string) => sealed.replace(/[^.]+$/, "")],
    ["a shorter initialisation vector", (sealed: string) => partsOf(sealed).with(2, "AAAA").join(".")],
    ["another version", (sealed: string) => sealed.replace("v1", "v2")],
  ])("does not open %s", (_what, change) => {
    const box = createSecretBox([{ ...old, id: "a" }]);
    const changed = change(box.seal(secret, context));
    expect(["internal", "configuration_invalid"]).toContain(codeOf(() => box.open(changed, context)));
  });

  it("needs a key", () => {
    expect(() => createSecretBox([])).toThrow(TypeError);
  });
});
