import { describe, expect, it } from "@jest/globals";
import { plainFromMrkdwn } from "../../adapters/slack/render/from-mrkdwn.ts";
import { renderReply as renderSlack } from "../../adapters/slack/render/render-reply.ts";
import { toMrkdwn } from "../../adapters/slack/render/to-mrkdwn.ts";
import { plainWords } from "../../adapters/teams/render/plain-words.ts";
import { renderReply as renderTeams } from "../../adapters/teams/render/render-reply.ts";
import { splitMarkdown } from "../../adapters/teams/render/split-markdown.ts";
import { texts } from "../../adapters/teams/render/texts.ts";
import { replySchema } from "../../bots/http/contract/conversation.ts";
import { presentReply } from "../../bots/http/present.ts";
import type { Reply } from "../../core/conversation/reply.ts";
import { hardAnswers } from "../support/sample-replies.ts";

const sourceUrl = (): string => "https://expert.example/s";
const samples = Object.entries(hardAnswers);
/** Without numbers, which Slack writes before the items of a list itself. */
const letters = (text: string): string => text.replaceAll(/[^\p{L}]/gu, "");

/** What each channel makes of a reply, as one text. */
const everywhere = (reply: Reply) => ({
  slack: JSON.stringify(
    renderSlack(reply, { sourceUrl, language: reply.language, interactive: true }).map(
      ({ blocks }) => blocks,
    ),
  ),
  teams: JSON.stringify(renderTeams(reply, { sourceUrl, language: reply.language, asker: null })),
  web: JSON.stringify(replySchema.parse(presentReply(reply))),
});

describe("one reply in every channel", () => {
  // Where a table is too wide, Teams repeats its columns' names; letters alone cannot tell them apart.
  it.each(samples.filter(([name]) => !name.includes("table")))("says the same: %s", (_, reply) => {
    const slack = letters(plainFromMrkdwn(toMrkdwn(reply.text)));
    const teams = letters(splitMarkdown(reply.text).map(plainWords).join(""));
    expect({ teams, web: letters(plainWords(presentReply(reply).text)) }).toEqual({
      teams: slack,
      web: slack,
    });
  });

  it.each(samples.filter(([, { kind }]) => kind === "answer"))("names the same sources: %s", (_, reply) => {
    if (reply.kind !== "answer") return;
    const { slack, teams, web } = everywhere(reply);
    for (const { number, title } of reply.citations.slice(0, 20)) {
      const start = letters(title).slice(0, 7);
      for (const shown of [slack, teams]) {
        expect(shown).toContain(`[${String(number)}`);
        expect(letters(shown)).toContain(start);
      }
      expect(web).toContain(`"number":${String(number)}`);
      expect(letters(web)).toContain(start);
    }
    const confidence = texts[reply.language].confidence[reply.confidence.level];
    for (const shown of [slack, teams]) expect(shown).toContain(confidence);
    expect(web).toContain(`"level":"${reply.confidence.level}"`);
  });

  it.each(samples)("can be rated where it is an answer, and a human asked in a chat: %s", (_, reply) => {
    const { slack, teams } = everywhere(reply);
    for (const shown of [slack, teams]) expect(shown).toContain('"ask_human"');
    const answer = reply.kind === "answer";
    expect(slack.includes("feedback_buttons")).toBe(answer);
    // Teams rates texts alone.
    expect(teams.includes("feedbackLoop")).toBe(answer && reply.text !== "");
  });

  it("lists what came nearest", () => {
    const reply = hardAnswers["not found"];
    if (reply?.kind !== "not_found") throw new Error("the sample is gone");
    const shown = Object.values(everywhere(reply)).map(letters);
    for (const { title } of reply.nearest)
      for (const one of shown) expect(one).toContain(letters(title).slice(0, 6));
  });
});
