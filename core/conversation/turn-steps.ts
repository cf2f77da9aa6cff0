import type { AuditEvent } from "../audit/audit-event.ts";
import type { ExhaustedBudget } from "../budgets/budget.ts";
import { exhaustedBudgetOf } from "../budgets/exhausted-budget.ts";
import type { DepartmentId } from "../ids.ts";
import type { Department } from "../identity/member.ts";
import type { SearchHit, SearchResult } from "../knowledge/knowledge-index.ts";
import { assessConfidence } from "../answering/assess-confidence.ts";
import { checkGrounding } from "../answering/check-grounding.ts";
import { answerThreshold } from "../answering/confidence-model.ts";
import { type Answerer, type Draft, type DraftInput, extractive } from "../answering/draft.ts";
import { quoteBeginning } from "../answering/quote-beginning.ts";
import { supportedPart } from "../answering/supported-part.ts";
import { answeredBefore } from "./answered-before.ts";
import { fileHits, fileQuestion, filesOf, joinFiles, linked } from "./conversation-files.ts";
import { fileNotes, sightNotes } from "./file-notes.ts";
import { isMissedModel } from "../inference/missed-model.ts";
import { modelCallOf } from "./model-call-of.ts";
import { knownAnswer, knownConfidence, knownDraft } from "./known-answer.ts";
import {
  draftWithPictures,
  pictureWords,
  withoutPictureWords,
  withPictureWords,
} from "./question-pictures.ts";
import { isAttached } from "./rank-attachments.ts";
import { answerReply, notFoundReply } from "./reply-texts.ts";
import type { Reply } from "./reply.ts";
import { routeDepartment } from "./route-department.ts";
import { whyNotShown } from "./show-policy.ts";
import { knowsMore, passagesOf, search } from "./search-for-turn.ts";
import type { Searched, StepOutcome, TurnInHand, TurnStepPorts } from "./turn-in-hand.ts";
import type { DraftSupport, StoredRetrieval, TurnWork } from "./turn-store.ts";

/** Chooses the department where the asker did not; where others see the answer, tells whether the asker may read more. */
export async function route(ports: TurnStepPorts, inHand: TurnInHand): Promise<StepOutcome> {
  const audit = [event(inHand, "search.query", "started")];
  const { departmentId, placeScope } = inHand.turn;
  const words = await pictureWords(ports, inHand);
  const seen = words === null ? {} : { pictureWords: words };
  if (departmentId !== null && placeScope === null)
    return { to: "routed", work: { departmentId, ...seen }, audit };
  const searched = await search(ports, { ...inHand, work: { ...inHand.work, ...seen } }, departmentId);
  const fuller = await knowsMore(ports, inHand, searched);
  return {
    to: "routed",
    work: {
      departmentId: departmentId ?? chooseDepartment(inHand, searched),
      ...(fuller ? { fuller } : {}),
      ...seen,
    },
    searched,
    audit,
  };
}

function chooseDepartment({ identity, scope }: TurnInHand, { text, result }: Searched): DepartmentId | null {
  const departments = identity.departments
    .filter(({ id }) => scope.departments.has(id))
    .map(({ id, name, description }) => ({
      id,
      name: `${name.en} ${name.th}`,
      description: `${description.en} ${description.th}`,
    }));
  return routeDepartment({ question: text, departments, result }).departmentId;
}

/** Finds the passages that may be used: of the documents, and of the files that came with the conversation. */
export async function retrieve(ports: TurnStepPorts, inHand: TurnInHand): Promise<StepOutcome> {
  const departmentId = inHand.work.departmentId ?? null;
  const files = await filesOf(ports, inHand);
  const question = fileQuestion(inHand, files);
  const asked =
    question === null || question.whole ? question?.text : withPictureWords(question.text, inHand.work);
  const searched = await search(ports, inHand, departmentId, asked);
  const { text, result: found } = searched;
  const result = question === null ? found : joinFiles(inHand, question, files, found);
  const wholeFile = question?.whole === true ? { wholeFile: true } : {};
  const known = question?.whole === true ? null : await knownAnswer(ports, inHand, searched, result);
  const audit = [
    event(inHand, "search.query", "success", { passages: result.hits.length, departmentId }),
    event(inHand, "tool.invocation", "started", {
      tool: known ? "verified" : ports.model ? "model" : "extractive",
    }),
  ];
  const retrieval = stored(text, result);
  return {
    to: "retrieved",
    work: { retrieval, ...wholeFile, ...(known && { known }) },
    result,
    files,
    audit,
  };
}

/** Drafts the answer: by the model, or by quoting where there is none or it is away before its first word. */
export async function draft(ports: TurnStepPorts, inHand: TurnInHand): Promise<StepOutcome> {
  const result = await resultOf(ports, inHand);
  const input = draftInput(inHand, result);
  const before = await answeredBefore(ports, inHand, input);
  const written = before?.draft ? repeat(inHand, before.draft) : await write(ports, inHand, input);
  const audit = [
    event(
      inHand,
      "tool.invocation",
      "success",
      { citations: written.draft.citations.length, ...(before?.draft && { cached: true }) },
      written.draft.answeredBy,
    ),
    event(inHand, "chat.response", "started"),
  ];
  const work = { ...written, ...(before && { answerKey: before.key }) };
  return { to: "drafted", work, result, audit };
}

function repeat({ onText }: TurnInHand, draft: Draft): Pick<TurnWork, "repeated"> & Written {
  onText(draft.text);
  return { draft, quotedInstead: false, repeated: true };
}

const draftInput = (inHand: TurnInHand, result: SearchResult): DraftInput => ({
  question: inHand.turn.question,
  standaloneQuestion: inHand.work.retrieval?.standaloneQuestion ?? inHand.turn.question,
  history: inHand.turn.history,
  result,
  language: inHand.turn.language,
  department: departmentOf(inHand),
  signal: inHand.signal,
  call: modelCallOf(inHand),
  onWaiting: inHand.onWaiting,
});

interface Written extends Pick<TurnWork, "picturesSeen"> {
  readonly draft: Draft;
  readonly quotedInstead: boolean;
  readonly exhaustedBudget?: ExhaustedBudget;
}

async function write(ports: TurnStepPorts, inHand: TurnInHand, input: DraftInput): Promise<Written> {
  const { turn, work, onText } = inHand;
  if (work.known) return { draft: knownDraft(work.known), quotedInstead: false };
  const quoting = quotingOf(ports, work);
  if (!ports.model) return { draft: await quoting(input, onText), quotedInstead: false };
  const prompted = withoutPictureWords(inHand, input);
  const seeing = await draftWithPictures(ports, inHand, prompted);
  if (seeing) return { ...seeing, quotedInstead: false };
  let streamed = false;
  try {
    const draft = await ports.model(prompted, (text) => {
      streamed = true;
      onText(text);
    });
    ports.outage.back(chatModel);
    return { draft, quotedInstead: false };
  } catch (error) {
    if (streamed || !isMissedModel(error)) throw error;
    const facts = { turn: turn.id, code: error.code, reason: error.message };
    const exhaustedBudget = exhaustedBudgetOf(error);
    if (exhaustedBudget) {
      ports.logger.info("a budget is used up; quoting instead", facts);
      return { draft: await quoting(input, onText), quotedInstead: false, exhaustedBudget };
    }
    // A refusal is of this question alone.
    if (error.code === "model_refused") ports.logger.info("the model refused; quoting instead", facts);
    else ports.outage.away(chatModel, facts);
    return { draft: await quoting(input, onText), quotedInstead: true };
  }
}

const quotingOf = ({ quoting }: TurnStepPorts, { wholeFile }: TurnInHand["work"]): Answerer =>
  wholeFile === true ? quoteBeginning : quoting;

/** Lets through what rests on what was found, quotes instead of a model's draft that does not, and says how sure it is. */
export async function check(ports: TurnStepPorts, inHand: TurnInHand): Promise<StepOutcome> {
  const { turn, work } = inHand;
  const result = await resultOf(ports, inHand);
  if (work.known)
    return { to: "checked", work: { support: "whole", confidence: knownConfidence }, result, audit: [] };
  const question = work.retrieval?.standaloneQuestion ?? turn.question;
  const { draft, support } = await supported(ports, inHand, result);
  const grounding = checkGrounding(draft, result);
  const sourceGiven = work.wholeFile === true;
  const confidence = assessConfidence({
    question,
    asked: turn.question,
    result,
    draft,
    grounding,
    sourceGiven,
  });
  return { to: "checked", work: { draft, support, confidence }, result, audit: [] };
}

async function supported(
  ports: TurnStepPorts,
  inHand: TurnInHand,
  result: SearchResult,
): Promise<{ readonly draft: Draft; readonly support: DraftSupport }> {
  const draft = inHand.work.draft ?? emptyDraft;
  // Quotes are the passages' own words.
  if (draft.text === "" || draft.answeredBy === extractive) return { draft, support: "whole" };
  const kept = supportedPart(draft, result);
  if (kept === draft) return { draft, support: "whole" };
  // What rests on nothing because its end is missing is nobody's invention.
  const support = kept !== null ? "shortened" : draft.complete ? "quoted" : "broken_off";
  ports.logger.info("a model's answer does not rest on the documents as it stands", {
    turn: inHand.turn.id,
    support,
  });
  if (kept !== null) return { draft: kept, support };
  // What was streamed is replaced by the reply.
  const quoted = await quotingOf(ports, inHand.work)(draftInput(inHand, result), () => undefined);
  const { sight } = draft;
  return { draft: sight === undefined ? quoted : { ...quoted, sight }, support };
}

/** The reply to deliver. */
export async function conclude(
  ports: TurnStepPorts,
  inHand: TurnInHand,
): Promise<Exclude<Reply, { kind: "pending" }>> {
  const { turn, work } = inHand;
  const confidence = work.confidence ?? { value: 0, level: "low", reasons: [] };
  const { files } = await filesOf(ports, inHand);
  const reply = {
    turnId: turn.id,
    language: turn.language,
    confidence,
    fileNotes: [
      ...sightNotes(turn, work),
      ...fileNotes(turn, files, ports.pictures === undefined ? null : (work.picturesSeen ?? [])),
    ],
    fuller: work.fuller ?? false,
    exhaustedBudget: work.exhaustedBudget ?? null,
  };
  if (work.draft && work.draft.text !== "" && confidence.value >= answerThreshold) {
    const answer = answerReply({
      ...reply,
      draft: { ...work.draft, citations: linked(work.draft.citations, files) },
      quotedInstead: work.quotedInstead ?? false,
      support: work.support ?? "whole",
      beginning: work.wholeFile === true && work.draft.answeredBy === extractive,
      shareable: await mayBeShown(ports, inHand, work.draft),
    });
    return work.known ? { ...answer, verified: work.known.verified } : answer;
  }
  const { hits, collectionSize } = await resultOf(ports, inHand);
  const department = work.departmentId ? departmentOf(inHand).name : null;
  return notFoundReply({
    ...reply,
    searched: { department, collectionSize, place: placeOf(inHand) },
    hits: hits.filter(({ passage }) => !isAttached(passage)),
  });
}

/** Whether the asker, who alone sees the answer in a chat, may show it to everyone there; asked again when they do. */
async function mayBeShown(ports: TurnStepPorts, inHand: TurnInHand, { citations }: Draft): Promise<boolean> {
  const { turn, identity } = inHand;
  if (turn.channel === "web" || turn.placeScope !== null || citations.length === 0) return false;
  const { hits } = await resultOf(ports, inHand);
  const cited = new Set(citations.map(({ passageId }) => passageId));
  // The document of a verified answer is held as strictly as all that it rests on.
  const rests = ({ id, documentId }: SearchHit["passage"]): boolean =>
    cited.has(id) || documentId === inHand.work.known?.documentId;
  return hits.every(
    ({ passage }) =>
      !rests(passage) || isAttached(passage) || whyNotShown(passage, identity.departments, false) === null,
  );
}

/** Null where the asker alone sees the reply; else whether what was asked leaves something that all may read. */
function placeOf({ turn, scope, work }: TurnInHand): "something" | "nothing" | null {
  if (turn.placeScope === null) return null;
  const { departmentId = null } = work;
  const some = departmentId === null ? scope.departments.size > 0 : scope.departments.has(departmentId);
  return some ? "something" : "nothing";
}

const emptyDraft: Draft = { text: "", citations: [], answeredBy: "extractive", complete: true };

const chatModel = "the chat model";

const stored = (question: string, result: SearchResult): StoredRetrieval => ({
  standaloneQuestion: question,
  hits: result.hits.map(({ passage, score, wordScore, similarity }) => ({
    passageId: passage.id,
    score,
    wordScore,
    similarity,
  })),
  terms: result.terms,
  collectionSize: result.collectionSize,
});

/** What was found, read again where another process has searched. */
export async function resultOf(ports: TurnStepPorts, inHand: TurnInHand): Promise<SearchResult> {
  if (inHand.result) return inHand.result;
  const { terms = [], collectionSize = 0 } = inHand.work.retrieval ?? {};
  const [passages, files] = await Promise.all([passagesOf(ports, inHand), filesOf(ports, inHand)]);
  return { hits: [...fileHits(inHand, files), ...passages], terms, collectionSize };
}

function departmentOf({ turn, identity, work }: TurnInHand): { name: string; instructions: string | null } {
  const department: Department | undefined = identity.departments.find(({ id }) => id === work.departmentId);
  return { name: department?.name[turn.language] ?? "", instructions: department?.instructions ?? null };
}

function event(
  { turn }: TurnInHand,
  name: AuditEvent["event"],
  status: AuditEvent["status"],
  metadata: AuditEvent["metadata"] = {},
  model?: string,
): AuditEvent {
  return {
    event: name,
    status,
    userId: turn.userId,
    resourceType: "turn",
    resourceId: turn.id,
    metadata,
    ...(model === undefined ? {} : { model }),
  };
}
