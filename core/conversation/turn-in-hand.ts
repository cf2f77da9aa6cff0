import type { KnownAnswers } from "../approvals/known-answer.ts";
import type { AuditEvent } from "../audit/audit-event.ts";
import type { DescribePictures } from "../answering/describe-pictures.ts";
import type { Answerer } from "../answering/draft.ts";
import type { RepeatedAnswers } from "../answering/repeated-answers.ts";
import type { Database } from "../database.ts";
import type { ReadScope } from "../identity/access.ts";
import type { Identity } from "../identity/directory.ts";
import type { DepartmentId } from "../ids.ts";
import type { ModelGateway } from "../inference/model-gateway.ts";
import type { OutageNotice } from "../inference/outage-notice.ts";
import type { BlobStore } from "../knowledge/blob-store.ts";
import type { KnowledgeIndex, SearchResult } from "../knowledge/knowledge-index.ts";
import type { Logger } from "../logger.ts";
import type { Attachment, AttachmentPassage } from "./attachment.ts";
import type { TakenTurn, TurnWork } from "./turn-store.ts";
import type { TurnState } from "./turn.ts";

/** A model that looks at the pictures which come with questions. */
interface PicturePorts {
  readonly blobs: Pick<BlobStore, "get">;
  readonly describe: DescribePictures;
}

export interface TurnStepPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly index: Pick<KnowledgeIndex, "search">;
  /** The embedding model of the query, where one is configured. */
  readonly embedder: Pick<ModelGateway, "embed"> | null;
  /** Quotes the passages; also stands in for a model that is away. */
  readonly quoting: Answerer;
  /** Null where no chat model is configured. */
  readonly model: Answerer | null;
  /** Absent where no model sees: pictures are then not looked at. */
  readonly pictures?: PicturePorts;
  /** What experts have approved before; absent where it is to be left out, as in an evaluation. */
  readonly known?: KnownAnswers;
  /** What the model answered before; absent where it is asked each time. */
  readonly repeated?: RepeatedAnswers;
  readonly outage: OutageNotice;
  readonly logger: Logger;
}

/** A search of this turn, so that the next step neither embeds nor searches the same again. */
export interface Searched {
  readonly text: string;
  readonly vector: Float32Array | null;
  readonly departmentId: DepartmentId | null;
  readonly result: SearchResult;
}

/** The files of the turn's conversation, the newest first, and their passages. */
export interface ConversationFiles {
  readonly files: readonly Attachment[];
  readonly passages: readonly AttachmentPassage[];
}

/** A turn in the hands of a worker: what was stored, and what this process has still in memory. */
export interface TurnInHand {
  readonly turn: TakenTurn;
  readonly identity: Identity;
  /** What may be used for the answer: what the asker may read and, where others see it, all of them. */
  readonly scope: ReadScope;
  readonly work: TurnWork;
  /** Read again where another process has searched. */
  readonly result: SearchResult | null;
  readonly searched: Searched | null;
  /** Null until they were looked for. */
  readonly files: ConversationFiles | null;
  readonly signal: AbortSignal;
  onText(text: string): void;
  /** The model is busy: about how many are before this one. */
  onWaiting(place: number): void;
}

export interface StepOutcome {
  readonly to: TurnState;
  readonly work: TurnWork;
  readonly result?: SearchResult;
  readonly searched?: Searched;
  readonly files?: ConversationFiles;
  readonly audit: readonly AuditEvent[];
}
