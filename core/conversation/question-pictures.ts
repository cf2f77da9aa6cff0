import { askingTerms } from "../answering/question-type.ts";
import type { Draft, DraftInput } from "../answering/draft.ts";
import { isExpertError } from "../errors.ts";
import type { AttachmentId } from "../ids.ts";
import { isMissedModel } from "../inference/missed-model.ts";
import type { ModelImage } from "../inference/model-gateway.ts";
import { analyze } from "../text/analyze.ts";
import type { Attachment } from "./attachment.ts";
import { filesOf } from "./conversation-files.ts";
import { modelCallOf } from "./model-call-of.ts";
import { pictureLimits } from "./picture-limits.ts";
import { pictureSize, type PictureSize } from "./picture-size.ts";
import { pictureType } from "./picture-type.ts";
import { standaloneQuestion } from "./standalone-question.ts";
import type { ConversationFiles, TurnInHand, TurnStepPorts } from "./turn-in-hand.ts";
import type { TurnWork } from "./turn-store.ts";

/** A question of fewer naming words finds little by itself. */
const tellingWords = 5;

interface QuestionPictures {
  readonly images: readonly ModelImage[];
  /** Which they are, in the same order. */
  readonly ids: readonly AttachmentId[];
}

const none: QuestionPictures = { images: [], ids: [] };

/** The pictures that came with this very question, as many as are looked at; none where no model sees. */
async function picturesOf(ports: TurnStepPorts, inHand: TurnInHand): Promise<QuestionPictures> {
  const { pictures } = ports;
  if (!pictures) return none;
  const { turn } = inHand;
  const images: ModelImage[] = [];
  const ids: AttachmentId[] = [];
  for (const { id, contentHash } of chosen(turn, await filesOf(ports, inHand))) {
    if (contentHash === null) continue;
    try {
      const content = await pictures.blobs.get(turn.tenantId, contentHash);
      const mediaType = pictureType(content);
      const size = modestSize(content);
      if (mediaType === null || size === null) continue;
      images.push({ mediaType, base64: base64Of(content), size });
      ids.push(id);
    } catch (error) {
      if (!isExpertError(error)) throw error;
      ports.logger.warn("a question's picture could not be read again", { turn: turn.id, code: error.code });
    }
  }
  return { images, ids };
}

/** Bytes that become characters at once: arguments of a call are limited. */
const pieceBytes = 32_768;

function base64Of(content: Uint8Array): string {
  let characters = "";
  for (let at = 0; at < content.byteLength; at += pieceBytes)
    characters += String.fromCharCode(...content.subarray(at, at + pieceBytes));
  return globalThis.btoa(characters);
}

/** Null where it is too large: few bytes can say that they are many pixels, which a server would make room for. */
function modestSize(content: Uint8Array): PictureSize | null {
  const size = pictureSize(content);
  return content.byteLength <= pictureLimits.bytes &&
    size !== null &&
    size.width * size.height <= pictureLimits.pixels
    ? size
    : null;
}

function chosen({ id: turn }: TurnInHand["turn"], { files }: ConversationFiles): readonly Attachment[] {
  const found: Attachment[] = [];
  let bytes = 0;
  for (const file of files) {
    if (file.turnId !== turn || file.state !== "image" || file.sizeBytes > pictureLimits.bytes) continue;
    if (found.length === pictureLimits.pictures || bytes + file.sizeBytes > pictureLimits.allBytes) continue;
    bytes += file.sizeBytes;
    found.push(file);
  }
  return found;
}

/**
 * Words to search by of what a question of few words shows rather than says; null where its own are enough, it has no
 * pictures, or the model is away.
 */
export async function pictureWords(ports: TurnStepPorts, inHand: TurnInHand): Promise<string | null> {
  const { turn, signal, onWaiting } = inHand;
  const own = new Set(analyze(turn.question).filter((term) => !askingTerms.has(term)));
  if (!ports.pictures || own.size >= tellingWords) return null;
  const { images } = await picturesOf(ports, inHand);
  if (images.length === 0) return null;
  try {
    const words = await ports.pictures.describe({
      question: turn.question,
      pictures: images,
      signal,
      call: modelCallOf(inHand),
      onWaiting,
    });
    ports.outage.back(visionModel);
    return words === "" ? null : words;
  } catch (error) {
    if (!isMissedModel(error)) throw error;
    missPictures(ports, inHand, error);
    return null;
  }
}

/** What to search for, with what pictures show. */
export const withPictureWords = (text: string, { pictureWords }: Pick<TurnWork, "pictureWords">): string =>
  pictureWords === undefined ? text : `${text} (${pictureWords})`;

/** What a model is asked: what another saw in pictures is for the search alone, since it stands outside of every fence. */
export const withoutPictureWords = ({ turn, work }: TurnInHand, input: DraftInput): DraftInput =>
  work.pictureWords === undefined
    ? input
    : { ...input, standaloneQuestion: standaloneQuestion(turn.question, turn.history) };

/**
 * The draft of a model that looks at the question's pictures; null where there are none, or it is away before its first
 * word: then it is drafted without them.
 */
export async function draftWithPictures(
  ports: TurnStepPorts,
  inHand: TurnInHand,
  input: DraftInput,
): Promise<(Pick<TurnWork, "picturesSeen"> & { readonly draft: Draft }) | null> {
  const { images, ids } = await picturesOf(ports, inHand);
  if (!ports.model || images.length === 0) return null;
  let streamed = false;
  try {
    const draft = await ports.model({ ...input, pictures: images }, (text) => {
      streamed = true;
      inHand.onText(text);
    });
    ports.outage.back(visionModel);
    return { draft, ...(draft.sight === undefined ? {} : { picturesSeen: ids }) };
  } catch (error) {
    if (streamed || !isMissedModel(error)) throw error;
    missPictures(ports, inHand, error);
    return null;
  }
}

/** Notes that a question goes on without its pictures; a refusal is of these pictures alone. */
function missPictures(
  { outage, logger }: Pick<TurnStepPorts, "outage" | "logger">,
  { turn }: Pick<TurnInHand, "turn">,
  { code, message: reason }: { readonly code: string; readonly message: string },
): void {
  const facts = { turn: turn.id, code, reason };
  if (code === "model_refused")
    logger.info("the model refused a question's pictures; going on without them", facts);
  else if (code === "budget_exhausted")
    logger.info("a budget is used up; going on without a question's pictures", facts);
  else outage.away(visionModel, facts);
}

const visionModel = "the model that looks at pictures";
