import { createKnownAnswers } from "../../core/approvals/known-answers.ts";
import { presentNote } from "../../core/approvals/present-approval.ts";
import { answerExtractively } from "../../core/answering/answer-extractively.ts";
import { createModelAnswerer } from "../../core/answering/answer-with-model.ts";
import { createPictureDescriber } from "../../core/answering/describe-pictures.ts";
import type { TurnPorts } from "../../core/conversation/run-turn.ts";
import { type DeliverPorts, deliverThread } from "../../core/delivery/deliver.ts";
import { followTurn } from "../../core/delivery/follow-turn.ts";
import { tellAskerElsewhere } from "../../core/delivery/tell-asker-elsewhere.ts";
import { createTurnEscalations } from "../../core/escalation/escalate-critical.ts";
import { presentEscalationNote } from "../../core/escalation/present-escalation.ts";
import { createOutageNotice } from "../../core/inference/outage-notice.ts";
import { approvalRequests } from "./approvals.ts";
import type { ChannelParts } from "./channels.ts";
import type { Foundation } from "./foundation.ts";

/** How questions are answered, and answers delivered. */
export interface AnsweringParts {
  readonly turns: TurnPorts;
  /** What deliveries show, and where they bring what cannot be posted. */
  readonly present: NonNullable<DeliverPorts["present"]>;
  readonly tellElsewhere: NonNullable<DeliverPorts["tellElsewhere"]>;
}

/** Joins what answers with where answers are shown. */
export function connectAnswering(
  foundation: Foundation,
  { channels, approvals }: Pick<ChannelParts, "channels" | "approvals">,
): AnsweringParts {
  const { database, index, blobs, people, logger, clock, model, repeated } = foundation;
  const embedder = model?.embeddingModel == null ? null : model;
  const handing: Omit<AnsweringParts, "turns"> = {
    present: presentEscalationNote(approvals, presentNote(approvals)),
    tellElsewhere: (tenant, given) => tellAskerElsewhere(approvals, tenant, given),
  };
  const delivery = { database, channels, logger, ...handing };
  const turns: TurnPorts = {
    database,
    index,
    embedder,
    quoting: answerExtractively,
    model: model?.chatModel == null ? null : createModelAnswerer({ gateway: model }),
    ...(model?.visionModel == null ? {} : { pictures: { blobs, describe: createPictureDescriber(model) } }),
    outage: createOutageNotice(logger),
    logger,
    people,
    follow: (turn) => followTurn(delivery, turn),
    approvals: approvalRequests(approvals),
    escalations: createTurnEscalations(foundation),
    known: createKnownAnswers({ database, embedder, clock }),
    ...(repeated && { repeated }),
    clock,
    deliver: (tenant, first) => deliverThread(delivery, tenant, first.threadKey, first),
  };
  return { turns, ...handing };
}
