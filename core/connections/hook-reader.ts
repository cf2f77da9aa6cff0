import type { ExternalChange, ExternalComment } from "../escalation/external-change.ts";
import type { HookRequest, HookSystem } from "./hook-receiver.ts";

/** What a webhook's request is. `ignored`: sound, and nothing that this product asked to hear. */
export type HookReading =
  | { readonly outcome: "forged"; readonly reason: string }
  | { readonly outcome: "unreadable"; readonly reason: string }
  | { readonly outcome: "ignored" }
  | {
      readonly outcome: "told";
      /** The vendor's id of the delivery: the same one is taken once. */
      readonly deliveryId: string;
      /** JSON that `told` understands. Never secrets. */
      readonly body: object;
    };

/** What was told of: the whole change, or (null) that it is to be read from the system. */
export interface ToldChange {
  readonly externalId: string;
  readonly key: string | null;
  readonly change: ExternalChange | null;
  /** Where nothing but these was told (`change` is null then): there is nothing to read, and its state stays as it is. */
  readonly comments?: readonly ExternalComment[];
  /** It was deleted: there is nothing to read any more. */
  readonly gone?: true;
}

/** Reads what one outside system sends by itself. Pure: stores and asks nothing. */
export interface HookReader {
  readonly system: HookSystem;
  /** Verifies the very bytes against each secret, in constant time, and that they are not too old where the vendor dates them. */
  read(request: Pick<HookRequest, "headers" | "rawBody">, secrets: readonly string[], now: Date): HookReading;
  /** Throws `invalid_input` where the body is none that `read` has let in. */
  told(body: unknown): ToldChange;
}
