import { beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Attachment, AttachmentPassage, AttachmentStore } from "../../core/conversation/attachment.ts";
import {
  type AttachmentId,
  type ConversationId,
  newId,
  type PassageId,
  type TurnId,
} from "../../core/ids.ts";
import { pause } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";

type Added = Attachment & { readonly passages: readonly AttachmentPassage[] };

/** Files that came with questions. */
export function attachmentStoreContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`attachments: ${name}`, () => {
    let tenant: TenantUnderTest;
    let conversationId: ConversationId;
    const attachments = <T>(work: (store: AttachmentStore) => Promise<T>, of = tenant): Promise<T> =>
      of.stores((stores) => work(stores.attachments));
    const file = (turnId: TurnId, fileName: string, texts: readonly string[] = []): Added => {
      const id = newId<AttachmentId>();
      return {
        id,
        turnId,
        conversationId,
        name: fileName,
        mediaType: "text/plain",
        sizeBytes: 5_000_000_000,
        link: `https://files.example/${fileName}`,
        state: "read",
        contentHash: "a".repeat(64),
        failure: null,
        passages: texts.map((content, position) => ({
          id: newId<PassageId>(),
          attachmentId: id,
          position,
          headingPath: ["Manual", "Pump"],
          page: position === 0 ? null : position,
          content,
          tokenCount: content.length,
        })),
      };
    };
    const without = ({ passages: _passages, ...attachment }: Added): Attachment => attachment;
    const textsOf = async (limit = 100) =>
      (await attachments((store) => store.passages(conversationId, limit))).map(({ content }) => content);
    beforeAll(async () => {
      tenant = await open().tenant();
    });
    beforeEach(() => {
      conversationId = newId<ConversationId>();
    });

    it("keeps a question's files with their passages, and reads them back as they were", async () => {
      const turnId = newId<TurnId>();
      const read = file(turnId, "manual.txt", ["Open the valve.", "ปิดวาล์ว"]);
      const image: Added = { ...file(turnId, "photo.png"), state: "image", link: null };
      const broken: Added = {
        ...file(turnId, "broken.pdf"),
        state: "unreadable",
        contentHash: null,
        failure: { code: "document_corrupt", message: "It cannot be read.", remedy: null },
      };
      await attachments((store) => store.add([read, image, broken]));
      expect(await attachments((store) => store.of(conversationId, 10))).toEqual(
        [read, image, broken].map(without),
      );
      expect(await attachments((store) => store.passages(conversationId, 10))).toEqual(read.passages);
    });

    it("adds a question's files once", async () => {
      const turnId = newId<TurnId>();
      const add = (): Promise<void> =>
        attachments((store) =>
          store.add([file(turnId, "one.txt", ["one"]), file(turnId, "two.txt", ["two"])]),
        );
      await Promise.all([add(), add(), add()]);
      await attachments((store) =>
        store.add([1, 2, 3].map((number) => file(turnId, `late-${String(number)}.txt`, ["late"]))),
      );
      await attachments((store) => store.add([]));
      const names = (await attachments((store) => store.of(conversationId, 10))).map((found) => found.name);
      expect(names).toEqual(["one.txt", "two.txt"]);
      expect(await textsOf()).toEqual(["one", "two"]);
    });

    it("gives the newest question's files first, at most so many", async () => {
      await attachments((store) => store.add([file(newId<TurnId>(), "old.txt", ["old 1", "old 2"])]));
      await pause(5);
      const turnId = newId<TurnId>();
      await attachments((store) =>
        store.add([file(turnId, "new-a.txt", ["a 1", "a 2"]), file(turnId, "new-b.txt", ["b 1"])]),
      );
      const names = async (limit: number) =>
        (await attachments((store) => store.of(conversationId, limit))).map((found) => found.name);
      expect(await names(10)).toEqual(["new-a.txt", "new-b.txt", "old.txt"]);
      expect(await names(2)).toEqual(["new-a.txt", "new-b.txt"]);
      expect(await textsOf()).toEqual(["a 1", "a 2", "b 1", "old 1", "old 2"]);
      expect(await textsOf(4)).toEqual(["a 1", "a 2", "b 1", "old 1"]);
    });

    it("shows none of another conversation or another tenant", async () => {
      await attachments((store) => store.add([file(newId<TurnId>(), "mine.txt", ["mine"])]));
      const other = await open().tenant();
      expect(await attachments((store) => store.of(conversationId, 10), other)).toEqual([]);
      expect(await attachments((store) => store.passages(conversationId, 10), other)).toEqual([]);
      expect(await attachments((store) => store.of(newId<ConversationId>(), 10))).toEqual([]);
    });

    it("keeps the content of its files in use", async () => {
      const contentHash = "c".repeat(64);
      await attachments((store) => store.add([{ ...file(newId<TurnId>(), "pump.png"), contentHash }]));
      const inUse = await tenant.stores(({ documents }) =>
        documents.contentsInUse([contentHash, "d".repeat(64)]),
      );
      expect([...inUse]).toEqual([contentHash]);
    });
  });
}
