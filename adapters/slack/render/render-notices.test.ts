import { expect, it } from "@jest/globals";

import { newId, type TurnId } from "../../../core/ids.ts";
import { texts } from "./texts.ts";
import { renderFailure, renderFullerOffer, renderIncomplete, renderWorking } from "./render-notices.ts";

const turnId = newId<TurnId>();
const failure = {
  kind: "failure",
  turnId,
  code: "model_timeout",
  message: "It took too long <here>.",
} as const;

it("tells why there is no answer and what to do, and offers a human", () => {
  const message = renderFailure({ ...failure, remedy: "Ask again." }, "en", true);
  expect(message.text).toBe("It took too long &lt;here&gt;.\nAsk again.");
  expect(message.blocks.map(({ type }) => type)).toEqual(["section", "actions"]);
});

it("says where a human can be asked to somebody who alone sees it", () => {
  const message = renderFailure({ ...failure, remedy: null }, "en", false);
  expect(message.blocks.map(({ type }) => type)).toEqual(["section", "context"]);
  expect(message.text).toBe(`It took too long &lt;here&gt;.\n\n${texts.en.askHumanElsewhere}`);
});

it("speaks of no human where the asker stopped the question", () => {
  const stopped = { ...failure, code: "cancelled", remedy: null } as const;
  for (const mayAskHuman of [true, false])
    expect(renderFailure(stopped, "en", mayAskHuman).blocks).toHaveLength(1);
});

it("says what is being done", () => {
  expect(renderWorking("en").text).toBe("Finding the right department…");
  expect(renderWorking("en", "routed").text).toBe("Searching the documents…");
  expect(renderWorking("th", "retrieved").text).toBe("กำลังเขียนคำตอบ…");
  expect(renderWorking("en", "answered").text).toBe("Finishing…");
});

it("shows what was written before it broke off, and that it did", () => {
  const messages = renderIncomplete("The **first** half", "en");
  expect(messages).toHaveLength(1);
  expect(messages[0]?.text).toBe(
    "The first half\n\nThis answer was cut off before its end. Ask again, or open the sources below.",
  );
});

it("offers the fuller answer by a button that names the turn", () => {
  expect(renderFullerOffer(turnId, "en").blocks.at(-1)).toMatchObject({
    elements: [{ action_id: "show_fuller", value: turnId }],
  });
});
