import type { VerifiedAnswer, VerifiedAnswerStore } from "../../../core/approvals/verified-answer.ts";
import { type Labelled, strictness } from "../../../core/identity/access.ts";
import { record, type Tables, type VerifiedRow } from "./tables.ts";

export function fakeVerifiedAnswerStore(tables: Tables): VerifiedAnswerStore {
  const { verified, documents, members } = tables;
  const present = (row: VerifiedRow): VerifiedAnswer => ({
    ...row,
    approvedByName: members.get(row.approvedBy)?.name ?? "",
  });
  const oldestFirst = (condition: (row: VerifiedRow) => boolean): readonly VerifiedAnswer[] =>
    [...verified.values()]
      .filter(condition)
      .toSorted(
        (one, other) => one.approvedAt.getTime() - other.approvedAt.getTime() || (one.id < other.id ? -1 : 1),
      )
      .map(present);
  const isServed = ({ state }: VerifiedRow): boolean => state === "serving";

  return {
    async find(id) {
      const row = verified.get(id);
      return row ? present(row) : null;
    },
    ofApproval: async (id) => oldestFirst(({ approvalId }) => approvalId === id)[0] ?? null,
    any: async () => [...verified.values()].some(isServed),
    among: async (ids, now) =>
      oldestFirst((row) => isServed(row) && ids.includes(row.documentId) && row.expiresAt > now),
    async keep(answer, audit) {
      const standing = verified.get(answer.id);
      const later = standing && standing.approvedAt < answer.approvedAt;
      if (standing && (!later || standing.approvalId === answer.approvalId)) return;
      verified.set(answer.id, { ...answer, state: "serving" });
      record(tables, audit, answer.id);
    },
    async end(id, state, audit) {
      const row = verified.get(id);
      if (!row || !(isServed(row) || (row.state === "questioned" && state === "withdrawn"))) return false;
      verified.set(id, { ...row, state });
      record(tables, audit, id);
      return true;
    },
    questionable: async (now, limit) =>
      oldestFirst(
        (row) =>
          isServed(row) &&
          (row.expiresAt <= now ||
            row.sources.some(
              ({ documentId, contentHash }) =>
                documents.get(documentId)?.publishedHash !== contentHash ||
                isStricter(documents.get(documentId)?.document, documents.get(row.documentId)?.document),
            )),
      ).slice(0, limit),
    serving: async (limit) => oldestFirst(isServed).toReversed().slice(0, limit),
  };
}

const isStricter = (source?: Labelled, own?: Labelled): boolean =>
  source !== undefined &&
  own !== undefined &&
  (strictness(source.sensitivity) > strictness(own.sensitivity) ||
    (source.readers !== null &&
      (own.readers === null || own.readers.some((reader) => !source.readers?.includes(reader)))));
