import { describe, expect, it } from "@jest/globals";
import { type ApprovalId, newId } from "../../../core/ids.ts";

import {
  sampleAnswer,
  sampleCitation,
  sampleConfidence,
  sampleNotFound,
} from "../../../tests/support/sample-replies.ts";
import { renderReply, renderReplyCard, type ReplyContext } from "./render-reply.ts";
import { texts } from "./texts.ts";

const context: ReplyContext = {
  sourceUrl: (source) => `https://expert.example/s/${source.title.replaceAll(/\W+/g, "-")}`,
  language: "en",
  asker: null,
};
const answer = sampleAnswer("Open it **slowly** [1].", {
  citations: [
    sampleCitation(1, {
      title: "Valves & pumps",
      headingPath: ["Valves & pumps", "Opening"],
      page: 3,
      quote: "| Code | Remedy |\n| --- | --- |\n… | 868 | Open the **valve** slowly |",
    }),
  ],
});

describe("renderReply", () => {
  it("shows the answer with its label, citations and rating, and a card with its sources and Ask a human", () => {
    const data = { id: answer.turnId };
    const look = { title: "Ask a human", tooltip: "Ask a human expert to answer this question" };
    expect(renderReply(answer, context)).toEqual([
      {
        type: "message",
        textFormat: "markdown",
        text: "Open it **slowly** [1].",
        entities: [
          {
            type: "https://schema.org/Message",
            "@type": "Message",
            "@context": "https://schema.org",
            additionalType: ["AIGeneratedContent"],
            citation: [
              {
                "@type": "Claim",
                position: 1,
                appearance: {
                  "@type": "DigitalDocument",
                  name: "Valves & pumps › Opening",
                  abstract: "Code · Remedy … 868 · Open the valve slowly",
                  url: "https://expert.example/s/Valves-pumps",
                },
              },
            ],
          },
        ],
        channelData: { feedbackLoop: { type: "custom" } },
      },
      {
        type: "message",
        summary:
          "High confidence · Several sources say the same · Every statement stands in a source · Answered by quoting",
        attachments: [
          {
            contentType: "application/vnd.microsoft.card.adaptive",
            content: {
              type: "AdaptiveCard",
              $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
              version: "1.5",
              lang: "en",
              speak:
                "Sources\n[1] Valves   pumps › Opening (p. 3)\nHigh confidence · Several sources say the same · Every statement stands in a source · Answered by quoting",
              fallbackText:
                "Sources  \n[1] Valves & pumps › Opening (p. 3)  \nHigh confidence · Several sources say the same · Every statement stands in a source · Answered by quoting",
              msteams: { width: "Full" },
              body: [
                {
                  type: "TextBlock",
                  text: "Sources",
                  wrap: true,
                  size: "medium",
                  weight: "bolder",
                  style: "heading",
                },
                {
                  type: "TextBlock",
                  text: "[\\[1\\] Valves & pumps › Opening (p. 3)](https://expert.example/s/Valves-pumps)",
                  wrap: true,
                  spacing: "small",
                },
                {
                  type: "RichTextBlock",
                  inlines: [
                    { type: "TextRun", text: "High confidence", size: "small", weight: "bolder" },
                    {
                      type: "TextRun",
                      text: " · Several sources say the same · Every statement stands in a source · Answered by quoting",
                      size: "small",
                      isSubtle: true,
                    },
                  ],
                },
              ],
              actions: [
                {
                  type: "Action.Execute",
                  ...look,
                  verb: "ask_human",
                  data,
                  fallback: { type: "Action.Submit", ...look, data: { verb: "ask_human", ...data } },
                },
              ],
            },
          },
        ],
      },
    ]);
  });

  it("says how strictly the sources are held, by one label that the message and its sources share", () => {
    const citations = [
      sampleCitation(1),
      sampleCitation(2, { label: "confidential" }),
      sampleCitation(3, { label: "restricted" }),
    ];
    const [message, card] = renderReply(sampleAnswer("a [1] b [2] c [3]", { citations }), context);
    const [entity] = message && "entities" in message ? (message.entities ?? []) : [];
    const info = { "@type": "CreativeWork", "@id": "restricted", ...texts.en.label.restricted };
    expect(entity?.usageInfo).toEqual(info);
    expect(entity?.citation?.map(({ appearance }) => appearance.usageInfo)).toEqual([
      undefined,
      undefined,
      info,
    ]);
    expect(JSON.stringify(card)).toContain("(p. 2) · Confidential");
    const open = renderReply(answer, context)[0];
    expect(JSON.stringify(open)).not.toContain("usageInfo");
  });

  it("gives each part of a long answer the citations that it names, and the rating to the last", () => {
    const citations = Array.from({ length: 30 }, (_, index) => sampleCitation(index + 1));
    const text = citations
      .map(({ number }) => `Fact ${String(number)} [${String(number)}]. ${"x ".repeat(1_000)}`)
      .join("\n\n");
    const messages = renderReply(sampleAnswer(text, { citations }), context);
    const named = messages.flatMap((message) =>
      "entities" in message
        ? (message.entities ?? []).map(({ citation }) => citation?.map(({ position }) => position) ?? [])
        : [],
    );
    expect(named.length).toBeGreaterThan(2);
    expect(named.flat()).toEqual(citations.map(({ number }) => number));
    expect(messages.map((message) => "channelData" in message)).toEqual([
      ...named.slice(1).map(() => false),
      true,
      false,
    ]);
    expect(JSON.stringify(messages.at(-1))).toContain("and 10 more");
  });

  it("tells what came nearest, and offers a human first of all, where nothing was found", () => {
    const [text, card] = renderReply(sampleNotFound(), context);
    expect(text).not.toHaveProperty("entities");
    expect(text).not.toHaveProperty("channelData");
    expect(card).toMatchObject({
      summary: "Nearest documents",
      attachments: [
        {
          content: {
            body: [
              { text: "Nearest documents" },
              { text: "[Manual 1 & <more> › Safety](https://expert.example/s/Manual-1-more-)" },
              {},
              {},
              {},
            ],
            actions: [{ verb: "ask_human", style: "positive" }],
          },
        },
      ],
    });
  });

  it("shows whoever asked, among others, that they may read more, and nobody else", () => {
    const shared = { ...context, asker: "29:asker" };
    const [, card] = renderReply({ ...answer, fuller: true }, shared);
    const refresh = {
      action: { type: "Action.Execute", verb: "refresh_reply", data: { id: answer.turnId } },
      userIds: ["29:asker"],
    };
    expect(card).toMatchObject({ attachments: [{ content: { refresh, actions: [{ verb: "ask_human" }] } }] });
    const own = renderReplyCard({ ...answer, fuller: true }, shared, "asker");
    expect(own.actions).toMatchObject([{ verb: "show_fuller" }, { verb: "ask_human" }]);
    expect(own.refresh).toEqual(refresh);
    expect(renderReplyCard(answer, shared, "asker")).toEqual(renderReplyCard(answer, shared, "everyone"));
  });

  it("offers to show everyone what only its asker sees, where that is allowed", () => {
    const own = renderReplyCard({ ...answer, shareable: true }, context, "everyone");
    expect(own.actions).toMatchObject([{ verb: "show_everyone" }, { verb: "ask_human" }]);
    const shared = { ...context, asker: "29:asker", sharedBy: "<at>Ada</at> *x*" };
    const card = renderReplyCard({ ...answer, shareable: true }, shared, "everyone");
    expect(card.actions).toHaveLength(1);
    expect(card.body[0]).toEqual({
      type: "RichTextBlock",
      inlines: [{ type: "TextRun", text: "Shared by <at>Ada</at> *x*" }],
    });
  });

  it("says in words, in the answer's language, what speaks against a low confidence", () => {
    const low = sampleAnswer("คำตอบ", {
      language: "th",
      citations: [],
      answeredBy: "qwen",
      confidence: { ...sampleConfidence, value: 0.2, level: "low" },
    });
    expect(renderReplyCard(low, context, "everyone").speak).toBe(
      "ความมั่นใจต่ำ · บางคำในคำถามไม่ปรากฏในแหล่งที่มาใดเลย · เขียนโดย qwen",
    );
  });

  it("shows the draft of an answer that waits, marked as not checked and not to be rated", () => {
    const { kind: _, turnId, language, confidence, ...draft } = sampleAnswer("Open it [1].");
    const pending = {
      kind: "pending",
      turnId,
      language,
      text: "I have asked Fay.",
      approvalId: newId<ApprovalId>(),
      confidence,
    } as const;
    const bare = { sourceUrl: () => null, language: "en", asker: null } as const;
    expect(renderReply(pending, bare)).toEqual([expect.objectContaining({ text: "I have asked Fay." })]);
    const [, shown, card, ...more] = renderReply({ ...pending, draft }, bare);
    expect(more).toEqual([]);
    expect(shown).toMatchObject({
      text: expect.stringMatching(/^\*\*Draft, not checked by an expert yet\*\*\n\nOpen it \[1\]\.$/),
      entities: [{ additionalType: ["AIGeneratedContent"], citation: [{ position: 1 }] }],
    });
    expect(shown).not.toHaveProperty("channelData");
    expect(JSON.stringify(card)).toContain("Boiler handbook");
    expect(JSON.stringify(card)).not.toContain("Ask a human");
  });

  it("is no AI's where a human wrote it, and the machine's words where a human stands for them", () => {
    const reply = sampleAnswer("Open it [1].");
    const bare = { sourceUrl: () => null, language: "en", asker: null } as const;
    const verified = { approvalId: newId<ApprovalId>(), by: "Fay", at: "2026-03-01T11:00:00Z" };
    const labels = (answeredBy: string) => renderReply({ ...reply, answeredBy, verified }, bare)[0];
    expect(labels("human")).toMatchObject({ entities: [{ additionalType: [] }] });
    expect(labels("llama")).toMatchObject({ entities: [{ additionalType: ["AIGeneratedContent"] }] });
  });
});
