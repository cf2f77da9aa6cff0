import type { Redis } from "ioredis";
import type { Draft } from "../../core/answering/draft.ts";
import { isExpertError } from "../../core/errors.ts";
import type { AnswerCache } from "../../core/inference/cache/answer-cache.ts";
import type { SecretBox } from "../../core/secrets/secret-box.ts";
import { createSlots } from "./slots.ts";

/** Drafts at most, each of a few kilobytes. The product's own choice, as the next. */
const slots = createSlots("expert:answer", 4_096);
/** The largest sealed draft that is kept. */
const mostBytes = 64 * 1024;

/** Drafts shared between processes, sealed: they hold text of documents. */
export const createRedisAnswerCache = (
  redis: Redis,
  secrets: Pick<SecretBox, "seal" | "open">,
): AnswerCache => ({
  async find(tenant, key) {
    const name = `${tenant} ${key}`;
    const sealed = slots.unpack(name, await redis.getBuffer(slots.keyOf(name)));
    if (sealed === null) return null;
    try {
      return JSON.parse(secrets.open(sealed.toString("utf8"), contextOf(name))) as Draft;
    } catch (error) {
      // Sealed with a key that this process does not have, or changed by another's hand.
      if (isExpertError(error)) return null;
      throw error;
    }
  },
  async keep(tenant, key, draft, forMs) {
    const name = `${tenant} ${key}`;
    const sealed = Buffer.from(secrets.seal(JSON.stringify(draft), contextOf(name)), "utf8");
    if (sealed.length > mostBytes) return;
    await redis.set(slots.keyOf(name), slots.pack(name, sealed), "PX", forMs);
  },
});

const contextOf = (name: string): string => `answer:${name}`;
