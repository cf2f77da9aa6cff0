import { describe, expect, it } from "@jest/globals";

import { renderPrivateAnswer, renderReply, type ReplyContext } from "./render-reply.ts";
import {
  sampleAnswer,
  sampleCitation,
  sampleConfidence,
  sampleNotFound,
} from "../../../tests/support/sample-replies.ts";
import { texts } from "./texts.ts";

const replyContext: ReplyContext = {
  sourceUrl: (source) => `https://expert.example/s/${source.title.replaceAll(/\W+/g, "-")}`,
  language: "en",
  interactive: true,
};

describe("renderReply", () => {
  const answer = sampleAnswer("Open it **slowly** [1].", {
    citations: [
      sampleCitation(1, {
        title: "Valves & pumps",
        headingPath: ["Valves & pumps", "Opening"],
        page: 3,
        quote: "Open the **valve** slowly, … never at once.",
      }),
    ],
  });

  it("shows the answer, its sources, its confidence, a rating and Ask a human", () => {
    expect(renderReply(answer, replyContext)).toEqual([
      {
        text: "Open it slowly [1].\n\nSources\n[1] Valves &amp; pumps › Opening (p. 3)\n“Open the valve slowly, … never at once.”\n\nHigh confidence · Several sources say the same · Every statement stands in a source · Answered by quoting",
        blocks: [
          {
            type: "section",
            text: {
              type: "mrkdwn",
              text: "Open it *slowly* <https://expert.example/s/Valves-pumps|[1]>.",
              verbatim: true,
            },
            expand: true,
          },
          {
            type: "context",
            elements: [
              {
                type: "mrkdwn",
                text: "*Sources*\n<https://expert.example/s/Valves-pumps|[1] Valves &amp; pumps › Opening (p. 3)>\n“Open the valve slowly, … never at once.”",
                verbatim: true,
              },
            ],
          },
          {
            type: "context",
            elements: [
              {
                type: "mrkdwn",
                text: "*High confidence* · Several sources say the same · Every statement stands in a source · Answered by quoting",
                verbatim: true,
              },
            ],
          },
          {
            type: "context_actions",
            elements: [
              {
                type: "feedback_buttons",
                action_id: "feedback",
                positive_button: {
                  text: { type: "plain_text", text: "👍" },
                  accessibility_label: "Helpful",
                  value: `up:${answer.turnId}`,
                },
                negative_button: {
                  text: { type: "plain_text", text: "👎" },
                  accessibility_label: "Not helpful",
                  value: `down:${answer.turnId}`,
                },
              },
            ],
          },
          {
            type: "actions",
            elements: [
              {
                type: "button",
                action_id: "ask_human",
                value: answer.turnId,
                text: { type: "plain_text", text: "Ask a human" },
                accessibility_label: "Ask a human expert to answer this question",
              },
            ],
          },
        ],
      },
    ]);
  });

  it("says in words, in the answer's language, what speaks against a low confidence", () => {
    const low = sampleAnswer("คำตอบ", {
      language: "th",
      citations: [],
      answeredBy: "qwen",
      confidence: { ...sampleConfidence, value: 0.2, level: "low" },
    });
    expect(renderReply(low, { ...replyContext, language: "th" })[0]?.text).toBe(
      "คำตอบ\n\nความมั่นใจต่ำ · บางคำในคำถามไม่ปรากฏในแหล่งที่มาใดเลย · เขียนโดย qwen",
    );
  });

  it("shortens quotes, and shows a source without an address as plain text", () => {
    const [message] = renderReply(sampleAnswer("x [1]", { citations: [sampleCitation(1)] }), {
      ...replyContext,
      sourceUrl: () => null,
    });
    const sources = JSON.stringify(message?.blocks[1]);
    expect(sources).not.toContain("<https");
    expect(sources).toMatch(
      /\[1\] Boiler handbook 1 › Starting up › Before the first fire \(p\. 1\)\\n“Close the/,
    );
    expect(sources).toMatch(/…”"/);
  });

  it("leaves out a quote that the answer itself gives, whatever its layout", () => {
    const quote = "| Code | Remedy |\n| ---- | ------ |\n … | 868 | Check the **cable** |";
    const shown = (text: string): string =>
      JSON.stringify(
        renderReply(sampleAnswer(text, { citations: [sampleCitation(1, { quote })] }), replyContext),
      );
    expect(shown("| Code | Remedy |\n|---|---|\n| 868 | Check the cable |\n\n[1]")).not.toContain("“");
    expect(shown("Look at the cable [1].")).toContain("“Code · Remedy … 868 · Check the cable”");
  });

  it("opens a file that came with the question where its channel keeps it", () => {
    const citation = sampleCitation(1, { link: "https://files.slack.example/F1" });
    const blocks = JSON.stringify(
      renderReply(sampleAnswer("x [1]", { citations: [citation] }), replyContext),
    );
    expect(blocks).toContain("<https://files.slack.example/F1|[1]>");
    expect(blocks).not.toContain("expert.example");
  });

  it("offers what came nearest and first of all a human where nothing was found", () => {
    const reply = sampleNotFound();
    const [message, ...more] = renderReply(reply, replyContext);
    expect(more).toEqual([]);
    expect(message?.blocks.map(({ type }) => type)).toEqual(["section", "context", "actions"]);
    expect(message?.blocks[1]).toEqual({
      type: "context",
      elements: [
        {
          type: "mrkdwn",
          verbatim: true,
          text: [1, 2, 3]
            .map(
              (n) => `• <https://expert.example/s/Manual-${n}-more-|Manual ${n} &amp; &lt;more&gt; › Safety>`,
            )
            .join("\n"),
        },
      ],
    });
    expect(message?.blocks[2]).toMatchObject({ elements: [{ action_id: "ask_human", style: "primary" }] });
  });

  it("has no buttons where clicks are not heard", () => {
    for (const reply of [answer, sampleNotFound()])
      expect(JSON.stringify(renderReply(reply, { ...replyContext, interactive: false }))).not.toContain(
        "action_id",
      );
  });

  it("tells who shared it, whatever their name", () => {
    const shared = renderReply(answer, { ...replyContext, share: { by: "<!channel> *Ada*" } });
    expect(shared.at(-1)?.text).toContain("Shared by &lt;!channel&gt; *Ada*");
    expect(JSON.stringify(shared)).not.toContain("<!channel>");
  });
});

describe("renderPrivateAnswer", () => {
  it("offers to show it to everyone only where that is allowed", () => {
    const reply = sampleAnswer("Secret [1].");
    const open = renderPrivateAnswer(reply, { ...replyContext, mayShare: true });
    expect(open.at(-1)?.blocks.at(-1)).toMatchObject({
      elements: [{ action_id: "show_everyone", value: reply.turnId, text: { text: "Show to everyone" } }],
    });
    const closed = renderPrivateAnswer(reply, { ...replyContext, language: "th", mayShare: false });
    expect(JSON.stringify(closed)).not.toContain("action_id");
    expect(open.at(-1)?.text).not.toContain(texts.en.askHumanElsewhere);
  });

  it("says in the reply's language where a human can be asked, where nothing was found", () => {
    const reply = sampleNotFound({ language: "th" });
    const [message] = renderPrivateAnswer(reply, { ...replyContext, mayShare: false });
    expect(message?.blocks.map(({ type }) => type).at(-1)).toBe("context");
    expect(message?.text.endsWith(texts.th.askHumanElsewhere)).toBe(true);
    expect(JSON.stringify(message)).not.toContain("action_id");
  });
});
