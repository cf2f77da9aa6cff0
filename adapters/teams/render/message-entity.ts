import type { Citation } from "../../../core/answering/citation.ts";
import { byHuman } from "../../../core/answering/draft.ts";
import type { Reply } from "../../../core/conversation/reply.ts";
import { strictness } from "../../../core/identity/access.ts";
import { shorten } from "../../../core/text/cut-text.ts";
import { teamsLimits } from "./limits.ts";
import { plainWords } from "./plain-words.ts";
import { sourceAddress, type SourceUrl, titleOf } from "./sources.ts";
import { texts } from "./texts.ts";

interface UsageInfo {
  readonly "@type": "CreativeWork";
  readonly "@id": string;
  readonly name: string;
  readonly description: string;
}
interface Claim {
  readonly "@type": "Claim";
  /** `[n]` in the text. */
  readonly position: number;
  readonly appearance: {
    readonly "@type": "DigitalDocument";
    readonly name: string;
    readonly abstract?: string;
    readonly url?: string;
    readonly usageInfo?: UsageInfo;
  };
}

/**
 * What Teams shows around an answer: the label "AI generated", its numbered citations, how strictly its sources are held.
 * https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/bot-messages-ai-generated-content
 */
export interface MessageEntity {
  readonly type: "https://schema.org/Message";
  readonly "@type": "Message";
  readonly "@context": "https://schema.org";
  /** Empty for the words of a human. */
  readonly additionalType: readonly "AIGeneratedContent"[];
  readonly citation?: readonly Claim[];
  readonly usageInfo?: UsageInfo;
}

type Answer = Pick<Extract<Reply, { kind: "answer" }>, "citations" | "language" | "answeredBy">;

/**
 * A correction is the expert's own words, and no AI's. What an expert has approved, or
 * approved with edits, stays the machine's words that a human answers for: it keeps the label beside who verified it.
 */
const isWrittenByHuman = ({ answeredBy }: Answer): boolean => answeredBy === byHuman;

/** The one entity of a message with this part of an answer's text: the citations that it names, at most as many as Teams shows. */
export function messageEntity(answer: Answer, text: string, sourceUrl: SourceUrl): MessageEntity {
  const { citations, language } = answer;
  const named = citations
    .filter(({ number }) => text.includes(`[${String(number)}]`))
    .slice(0, teamsLimits.citations);
  const strictest = strictestOf(citations);
  const usageInfo = strictest && usageInfoOf(strictest);
  return {
    type: "https://schema.org/Message",
    "@type": "Message",
    "@context": "https://schema.org",
    additionalType: isWrittenByHuman(answer) ? [] : ["AIGeneratedContent"],
    ...(named.length === 0 ? {} : { citation: named.map(claimOf) }),
    ...(usageInfo ? { usageInfo } : {}),
  };

  function claimOf(citation: Citation): Claim {
    const url = sourceAddress(citation, sourceUrl);
    const abstract = shorten(plainWords(citation.quote), teamsLimits.citationAbstract);
    return {
      "@type": "Claim",
      position: citation.number,
      appearance: {
        "@type": "DigitalDocument",
        name: shorten(titleOf(citation), teamsLimits.citationName) || texts[language].sources,
        ...(abstract === "" ? {} : { abstract }),
        ...(url === null ? {} : { url }),
        // Teams refuses a message of which a source has another label than the message itself.
        ...(usageInfo && citation.label === strictest ? { usageInfo } : {}),
      },
    };
  }

  function usageInfoOf(label: NonNullable<Citation["label"]>): UsageInfo {
    return { "@type": "CreativeWork", "@id": label, ...texts[language].label[label] };
  }
}

function strictestOf(citations: readonly Citation[]): Citation["label"] {
  const labels = citations.flatMap(({ label }) => (label ? [label] : []));
  return labels.toSorted((one, other) => strictness(other) - strictness(one))[0];
}
