import { endedTurn } from "./api-client.ts";
import type { InferenceStack } from "./inference-stack.ts";
import { type PumpOutcome, pumpOutcome } from "./pump-outcome.ts";
import { pumpNames, pumpQuestion } from "./pump-manual.ts";
import { type WatchedTurn, watchTurn } from "./watched-turn.ts";

interface AskedPump {
  readonly pump: string;
  readonly turnId: string;
  readonly watched: WatchedTurn;
}

export interface EndedPump extends AskedPump {
  readonly outcome: PumpOutcome;
  readonly text: string;
  /** Answers that the model server has given to their end. */
  readonly given: number;
}

export interface AskedPumps {
  readonly all: readonly AskedPump[];
  /** Once each has ended for whoever watches it. */
  ended(): Promise<readonly EndedPump[]>;
}

/** Has so many questions asked at once, each about a pump of its own, by several people who watch their answers. */
export async function askPumps(
  { url, people, model, closing: signal }: Pick<InferenceStack, "url" | "people" | "model" | "closing">,
  count: number,
  limitMs = 300_000,
): Promise<AskedPumps> {
  const before = model.told.length;
  const all = await Promise.all(
    pumpNames.slice(0, count).map(async (pump, place) => {
      const person = people[place % people.length];
      if (!person) throw new Error("nobody asks");
      const { status, body } = await person.request<{ turnId: string }>("POST", "/turns", {
        question: pumpQuestion(pump),
      });
      if (status !== 202) throw new Error(`not accepted: ${JSON.stringify(body)}`);
      const { turnId } = body;
      return { pump, turnId, person, watched: watchTurn(url, person, turnId, { limitMs, signal }) };
    }),
  );
  return {
    all,
    ended: () =>
      Promise.all(
        all.map(async ({ pump, turnId, person, watched }) => {
          await watched.done;
          const turn = await endedTurn(person, turnId);
          const given = model.told
            .slice(before)
            .filter((telling) => telling.pump === pump && telling.what === "whole").length;
          return {
            pump,
            turnId,
            watched,
            outcome: pumpOutcome(pump, turn),
            text: turn.reply?.text ?? "",
            given,
          };
        }),
      ),
  };
}
